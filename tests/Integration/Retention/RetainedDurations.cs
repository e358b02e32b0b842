using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Retention;

/// <summary>Durations of a test, written into the gateway's own copy of the register.</summary>
internal static class RetainedDurations
{
    /// <param name="duration">Of a category, by its name.</param>
    public static async Task FixAsync(TestGateway gateway, Func<string, string> duration)
    {
        foreach (var file in Directory.EnumerateFiles(gateway.Purposes, "P*.json"))
        {
            var purpose = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
            foreach (var (category, entry) in purpose["conservation"]!.AsObject().ToList())
                (entry!["duree"], entry["source"]) = (duration(category), "durée d'essai");
            await File.WriteAllTextAsync(file, purpose.ToJsonString());
        }

        await gateway.ReloadAsync();
    }

    /// <summary>One digest of the rows of every table of the gateway, as they are.</summary>
    public static async Task<string> ChecksumAsync(TestGateway gateway)
    {
        var tables = await gateway.ScalarAsync<string[]>(
            "select array_agg(n.nspname || '.' || c.relname order by 1) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and n.nspname in ('access', 'vault', 'exchange', 'routing', 'delivery', 'consent', 'audit')");
        var digests = new List<string>();
        foreach (var table in tables)
            digests.Add(table + " " + await gateway.ScalarAsync<string>($"select coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') from {table} t"));
        return string.Join('\n', digests);
    }
}
