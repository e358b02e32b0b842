using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Unit.Storage;

public sealed class DatabaseSettingsTests
{
    [Fact]
    public async Task Tunes_what_the_operator_left_open()
    {
        await using var databases = DatabaseSettings.Build(_ => "Host=db;Username=u");
        var settings = new NpgsqlConnectionStringBuilder(databases.Intake.ConnectionString);
        (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages, settings.Timeout, settings.IncludeErrorDetail, settings.LogParameters).ShouldBe((200, 2, 5, false, false));
        settings.MaxPoolSize.ShouldBe(32);
    }

    [Theory]
    [InlineData("Max Auto Prepare=0;Maximum Pool Size=7;Timeout=11")]
    [InlineData("MaxAutoPrepare=0;MaxPoolSize=7;Timeout=11")]
    public async Task Keeps_what_the_operator_chose_under_any_spelling(string chosen)
    {
        await using var databases = DatabaseSettings.Build(_ => "Host=db;Username=u;" + chosen);
        var settings = new NpgsqlConnectionStringBuilder(databases.Worker.ConnectionString);
        (settings.MaxAutoPrepare, settings.MaxPoolSize, settings.Timeout).ShouldBe((0, 7, 11));
    }

    [Fact]
    public async Task Nobody_can_switch_parameters_into_the_log()
    {
        await using var databases = DatabaseSettings.Build(_ => "Host=db;Username=u;Include Error Detail=true;Log Parameters=true");
        var settings = new NpgsqlConnectionStringBuilder(databases.Vault.ConnectionString);
        (settings.IncludeErrorDetail, settings.LogParameters).ShouldBe((false, false));
    }

    [Fact]
    public async Task All_pools_together_stay_under_the_embedded_servers_connections()
    {
        await using var databases = DatabaseSettings.Build(_ => "Host=db;Username=u");
        NpgsqlDataSource[] sources = [databases.Owner, databases.Intake, databases.Reader, databases.Vault, databases.Worker];
        sources.Sum(s => new NpgsqlConnectionStringBuilder(s.ConnectionString).MaxPoolSize).ShouldBeLessThan(118);
    }
}
