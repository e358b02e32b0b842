using System.Net;
using System.Text.Json.Nodes;

namespace ExchangeGateway.Partners.Demonstration;

/// <summary>One line of a recipient's inbox.</summary>
public sealed record Received(string Id, string Pseudonyme, string Dossier, string Type, string Purpose, string Rule);

/// <summary>A recipient's inbox, read to its end again and again: pages already read are not asked for twice.</summary>
public sealed class Inbox(string organisation, IReadOnlyList<PartnerClient> clients)
{
    private const int PageSize = 200;

    private readonly Dictionary<string, Received> _received = new(StringComparer.Ordinal);
    private PartnerClient? _client;
    private string? _cursor;

    public string Organisation => organisation;

    public IReadOnlyCollection<Received> Received => _received.Values;

    /// <summary>The client whose role may read the inbox, once known.</summary>
    public PartnerClient? Reader => _client;

    /// <summary>Reads from the beginning next time: what was committed late may stand before the cursor.</summary>
    public void StartOver() => _cursor = null;

    /// <summary>Reads what has arrived since the last reading.</summary>
    /// <exception cref="InvalidOperationException">No client of the organisation may read its inbox.</exception>
    public async Task ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            var answer = await PageAsync(ct);
            foreach (var line in answer.Body!["remises"]!.AsArray())
                _received[Text(line!, "id")] = new(Text(line!, "id"), Text(line!, "pseudonyme"), Text(line!, "dossier"), Text(line!, "typeMessage"), Text(line!, "finalite"), Text(line!, "regle"));
            if (answer.Body["suivant"]?.GetValue<string>() is not { } next)
                return;
            _cursor = next;
        }
    }

    private async Task<Answer> PageAsync(CancellationToken ct)
    {
        var last = "aucun client";
        foreach (var client in _client is null ? clients : [_client])
        {
            var answer = await client.ReceptionAsync(_cursor, PageSize, ct);
            if (answer.Succeeded)
            {
                _client = client;
                return answer;
            }
            last = $"{(int)answer.Status} {answer.Refusal}";
            if (answer.Status != HttpStatusCode.Forbidden)
                break;
        }
        throw new InvalidOperationException($"{organisation} ne peut pas lire sa réception ({last}).");
    }

    private static string Text(JsonNode line, string name) => line[name]?.GetValue<string>() ?? "";
}
