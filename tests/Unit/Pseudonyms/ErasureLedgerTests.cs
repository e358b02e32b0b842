using ExchangeGateway.Gateway.Pseudonyms;

namespace ExchangeGateway.Unit.Pseudonyms;

/// <summary>Whom a restored database must forget again.</summary>
public sealed class ErasureLedgerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("eg-ledger-").FullName;

    private string File => Path.Combine(_folder, "effacements.ndjson");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_line_names_a_subject_by_the_digest_that_the_database_computes()
    {
        var ledger = new ErasureLedger(File);
        ledger.Append([Guid.Parse("00112233-4455-6677-8899-aabbccddeeff")], new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero));

        // Computed apart: SHA-256 of « effacement| » and the sixteen bytes in their written order.
        const string mark = "cccf40138f271a8bf33212d304fc3b8881ad923a15bf9e4b5524717faf9b9935";
        System.IO.File.ReadAllText(File).ShouldBe($$"""{"sujet":"{{mark}}","le":"2026-11-20T09:00:00+00:00"}""" + "\n");
        Convert.ToHexStringLower(ledger.Read().ShouldHaveSingleItem()).ShouldBe(mark);
    }

    [Fact]
    public void Lines_follow_each_other_without_a_gap_and_are_read_in_their_order()
    {
        var ledger = new ErasureLedger(File);
        Guid[] subjects = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];
        ledger.Append(subjects[..2], DateTimeOffset.UnixEpoch);
        ledger.Append(subjects[2..], DateTimeOffset.UnixEpoch);
        ledger.Append([], DateTimeOffset.UnixEpoch);

        System.IO.File.ReadAllText(File).Split('\n').Length.ShouldBe(4, "three lines, each with its end, and nothing else");
        ledger.Read().Select(Convert.ToHexString).ShouldBe(subjects.Select(One));
    }

    [Theory]
    [InlineData("""{"sujet":"00ff""")]
    [InlineData("""{"sujet":"xyz","le":"2026-11-20T09:00:00Z"}""")]
    [InlineData("null")]
    public void A_line_that_cannot_be_read_stays_alone_and_hides_no_other(string spoilt)
    {
        var ledger = new ErasureLedger(File);
        var (before, after) = (Guid.NewGuid(), Guid.NewGuid());
        ledger.Append([before], DateTimeOffset.UnixEpoch);
        System.IO.File.AppendAllText(File, spoilt);
        ledger.Append([after], DateTimeOffset.UnixEpoch);

        ledger.Read().Select(Convert.ToHexString).ShouldBe([One(before), One(after)]);
        System.IO.File.ReadAllLines(File).Length.ShouldBe(3);
    }

    private string One(Guid subject)
    {
        var ledger = new ErasureLedger(Path.Combine(_folder, subject.ToString()));
        ledger.Append([subject], DateTimeOffset.UnixEpoch);
        return Convert.ToHexString(ledger.Read()[0]);
    }
}
