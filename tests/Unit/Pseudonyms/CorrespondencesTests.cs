using ExchangeGateway.Gateway.Pseudonyms;

namespace ExchangeGateway.Unit.Pseudonyms;

/// <summary>The lists old ↔ new on the disk: only whole lines, only finished lists, one recipient's own.</summary>
public sealed class CorrespondencesTests : IDisposable
{
    private static readonly Guid Adil = Guid.Parse("0197a000-0000-7000-8000-000000000001");
    private static readonly Guid Fsl = Guid.Parse("0197a000-0000-7000-8000-000000000002");

    private readonly string _folder = Directory.CreateTempSubdirectory("eg-lists-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private Correspondences Lists => new(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_list_is_its_recipients_once_finished_and_not_before()
    {
        Lists.Of(Adil).ShouldBeEmpty();
        Lists.IsUnfinished(Adil, "P2", 2).ShouldBeFalse();
        await using (var list = Lists.Continue(Adil, "P2", 2))
        {
            list.LastOld.ShouldBeNull();
            await list.AddAsync("ANCIEN1", "NOUVEAU1", Ct);
            await list.AddAsync("ANCIEN2", "NOUVEAU2", Ct);
        }

        Lists.IsUnfinished(Adil, "P2", 2).ShouldBeTrue();
        (Lists.IsUnfinished(Adil, "P2", 3), Lists.IsUnfinished(Adil, "P1", 2), Lists.IsUnfinished(Fsl, "P2", 2)).ShouldBe((false, false, false));
        Lists.Of(Adil).ShouldBeEmpty();

        Lists.Finish(Adil, "P2", 2);
        Lists.IsUnfinished(Adil, "P2", 2).ShouldBeFalse();
        Lists.Of(Fsl).ShouldBeEmpty();
        var file = Lists.Of(Adil).ShouldHaveSingleItem();
        Path.GetFileName(file).ShouldBe("P2.2.csv");
        (await File.ReadAllTextAsync(file, Ct)).ShouldBe("P2;ANCIEN1;NOUVEAU1\nP2;ANCIEN2;NOUVEAU2\n");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(Path.GetDirectoryName(file)!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task Lists_come_in_the_order_of_their_rotations_and_those_of_one_moment_by_name()
    {
        foreach (var (purpose, version) in new[] { ("dossier", 2), ("P2", 2), ("P1", 3), ("P1", 10) })
        {
            await Lists.Continue(Adil, purpose, version).DisposeAsync();
            Lists.Finish(Adil, purpose, version);
        }

        var day = new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var (name, on) in new[] { ("P1.10", 3), ("P1.3", 1), ("dossier.2", 2), ("P2.2", 2) })
            File.SetLastWriteTimeUtc(Path.Combine(_folder, Adil.ToString(), name + ".csv"), day.AddDays(on));

        Lists.Of(Adil).Select(Path.GetFileName).ShouldBe(["P1.3.csv", "P2.2.csv", "dossier.2.csv", "P1.10.csv"]);
    }

    [Theory]
    [InlineData("", null, "")]
    [InlineData("P2;A1;N1\n", "A1", "P2;A1;N1\n")]
    [InlineData("P2;A1;N1\nP2;A2;N2\n", "A2", "P2;A1;N1\nP2;A2;N2\n")]
    [InlineData("P2;A1;N1\nP2;A2;N", "A1", "P2;A1;N1\n")]
    [InlineData("P2;A1;N1\nP2;A2;N2", "A1", "P2;A1;N1\n")]
    [InlineData("P2;A", null, "")]
    [InlineData("P2;A1\n", null, "P2;A1\n")]
    public async Task A_list_goes_on_after_its_last_whole_line(string left, string? last, string kept)
    {
        var path = Path.Combine(_folder, "P2.2.csv.part");
        await File.WriteAllTextAsync(path, left, Ct);
        await using (var list = CorrespondenceList.Open(path, "P2"))
        {
            list.LastOld.ShouldBe(last);
            await list.AddAsync("A9", "N9", Ct);
        }

        (await File.ReadAllTextAsync(path, Ct)).ShouldBe(kept + "P2;A9;N9\n");
    }

    [Fact]
    public async Task Of_a_long_list_the_end_alone_is_read()
    {
        var path = Path.Combine(_folder, "P2.2.csv.part");
        var whole = string.Concat(Enumerable.Range(1, 100).Select(n => $"P2;A{n:D27};N{n:D27}\n"));
        await File.WriteAllTextAsync(path, whole + "P2;A0000", Ct);
        await using (var list = CorrespondenceList.Open(path, "P2"))
            list.LastOld.ShouldBe("A000000000000000000000000100");
        (await File.ReadAllTextAsync(path, Ct)).ShouldBe(whole);
    }

    [Fact]
    public async Task Every_fifty_thousand_lines_all_that_was_written_is_in_the_file()
    {
        var path = Path.Combine(_folder, "P2.2.csv.part");
        await using var list = CorrespondenceList.Open(path, "P2");
        for (var i = 1; i <= 99_999; i++)
        {
            await list.AddAsync("A", "N", Ct);
            if (i is 49_999 or 50_000 or 50_001 or 99_999)
                (new FileInfo(path).Length == i * 7).ShouldBe(i == 50_000, $"after {i} lines");
        }
    }
}
