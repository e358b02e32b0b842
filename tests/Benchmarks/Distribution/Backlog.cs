using System.Net.Http.Headers;
using System.Text.Json;
using Npgsql;

namespace ExchangeGateway.Benchmarks.Distribution;

/// <summary>Messages handed over in batches, as many as the gateway takes, to be routed.</summary>
internal sealed class Backlog(HttpClient http, Uri gateway, IReadOnlyDictionary<string, string> tokens, string database)
{
    // The lines of a batch after its thousandth are routed later, on purpose: files of that size leave nothing for later.
    private const int Lines = 1000;

    /// <summary>Sends all, each sender its own one batch after the other, the senders at the same time.</summary>
    /// <returns>What each accepted deposit is owed.</returns>
    /// <exception cref="InvalidOperationException">A line was not accepted.</exception>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlyList<string>>> SendAsync(IReadOnlyList<Letter> letters, CancellationToken ct)
    {
        var owed = new Dictionary<Guid, IReadOnlyList<string>>();
        foreach (var sent in await Task.WhenAll(letters.GroupBy(l => (l.Sender, l.Path)).Select(g => SendAllAsync([.. g], ct))))
            foreach (var (deposit, letter) in sent)
                owed.Add(deposit, letter.Owed);
        return owed;
    }

    /// <summary>Keeps the router from its work until the answer is disposed of: a lock on a table that intake does not touch.</summary>
    public async Task<IAsyncDisposable> HoldRouterAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(ct);
        // Ended with the connection: nothing is changed.
        await using var hold = new NpgsqlCommand("begin; lock table exchange.correction in access exclusive mode", connection);
        await hold.ExecuteNonQueryAsync(ct);
        return connection;
    }

    private async Task<List<(Guid Deposit, Letter Letter)>> SendAllAsync(List<Letter> letters, CancellationToken ct)
    {
        var sent = new List<(Guid, Letter)>(letters.Count);
        foreach (var file in letters.Chunk(Lines))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, file[0].Path + "/lots"))
            {
                Content = new ByteArrayContent([.. file.SelectMany(l => (IEnumerable<byte>)[.. l.Body, (byte)'\n'])]),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens[file[0].Sender]);
            using var answer = await http.SendAsync(request, ct);
            var report = await answer.Content.ReadAsStringAsync(ct);
            foreach (var text in report.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                using var line = JsonDocument.Parse(text);
                if (line.RootElement.TryGetProperty("bilan", out _))
                    continue;
                if (!line.RootElement.TryGetProperty("depot", out var deposit) || line.RootElement.GetProperty("code").GetString() != "accepte")
                    throw new InvalidOperationException($"A line of {file[0].Path} was not accepted ({(int)answer.StatusCode}): {text}");
                sent.Add((deposit.GetGuid(), file[line.RootElement.GetProperty("ligne").GetInt32() - 1]));
            }
        }

        return sent.Count == letters.Count ? sent : throw new InvalidOperationException($"{sent.Count} of {letters.Count} lines were accepted.");
    }
}
