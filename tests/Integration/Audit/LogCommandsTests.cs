using System.Globalization;
using ExchangeGateway.Gateway.Audit;

namespace ExchangeGateway.Integration.Audit;

public sealed class LogCommandsTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Log_verify_accepts_the_log_and_rejects_it_after_one_byte_is_changed()
    {
        await using var site = await JournalSite.StartAsync(postgres);
        for (var i = 0; i < 5; i++)
            await site.Log.AppendAsync(JournalNode.Entry(), Ct);
        await site.PublishedAsync();
        var journal = Path.Combine(site.StatePath, "journal");

        (await RunAsync(site.StatePath, "verify", journal)).Code.ShouldBe(0);
        (await RunAsync(site.StatePath, "verify", journal, "--key", await site.Client.GetStringAsync("/journal/cle", Ct))).Code.ShouldBe(0);

        var tile = Path.Combine(journal, "tile/0/000.p/5");
        var bytes = await File.ReadAllBytesAsync(tile, Ct);
        bytes[40] ^= 1;
        await File.WriteAllBytesAsync(tile, bytes, Ct);
        (await RunAsync(site.StatePath, "verify", journal)).Code.ShouldBe(1);
    }

    [Fact]
    public async Task Log_key_prints_the_public_key_without_database()
    {
        await using var site = await JournalSite.StartAsync(postgres);

        var (code, output) = await RunAsync(site.StatePath, "key");

        code.ShouldBe(0);
        output.ShouldBe(await site.Client.GetStringAsync("/journal/cle", Ct));
        (await RunAsync(Path.Combine(site.StatePath, "vide"), "key")).Code.ShouldBe(1);
    }

    private static async Task<(int Code, string Output)> RunAsync(string state, params string[] args)
    {
        var command = LogCommands.Build(() => Path.Combine(state, "keys"), _ => throw new InvalidOperationException("No database is needed."));
        using StringWriter output = new(CultureInfo.InvariantCulture), errors = new(CultureInfo.InvariantCulture);
        var code = await command.Parse(args).InvokeAsync(new() { Output = output, Error = errors }, Ct);
        return (code, output.ToString());
    }
}
