using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Dossiers;

/// <summary>Of the facts that are kept in clear, those that a file is told by.</summary>
internal readonly record struct MessageFacts(string? Stage, string? Commune, string? Motive);

/// <summary>One delivery of a file, with what the decision lets be read of it now.</summary>
/// <param name="Permitted">Categories of facts; identifying ones are never opened here.</param>
internal sealed record DossierEvent(DeliveryRecord Delivery, Categories Permitted, MessageFacts Facts)
{
    public string? Stage => Facts.Stage;
    public string Commune => Facts.Commune ?? "";
    /// <summary>Why the household is signalled: impayes, congeVente…</summary>
    public string? Motive => Facts.Motive;

    /// <summary>The sections that were opened, by category.</summary>
    public JsonObject Sections { get; init; } = [];

    public Acte? Acte => Sections["acte"]?.Deserialize(SignalementJson.Default.Acte);
    public Bail? Bail => Sections["bail"]?.Deserialize(SignalementJson.Default.Bail);
    public Decision? Decision => Sections["decision"]?.Deserialize(SignalementJson.Default.Decision);
    public Surendettement? Surendettement => Sections["surendettement"]?.Deserialize(SignalementJson.Default.Surendettement);
    public Social? Social => Sections["social"]?.Deserialize(SignalementJson.Default.Social);

    /// <summary>What it says of the procedure.</summary>
    /// <param name="received">Day of its reception, which stands in for a date that may not be read.</param>
    public StageEvent ToStage(DateOnly received)
    {
        var (acte, decision) = (Acte, Decision);
        // An act recalls the title that it executes: the decision's own message says what was decided.
        var own = DossierStage.IsDecision(Delivery.Type) ? decision : null;
        return new StageEvent(Delivery.Type, Stage, acte?.RequisLe ?? acte?.DresseLe ?? acte?.SignifieLe ?? own?.RendueLe ?? received)
        {
            Hearing = acte?.RenvoiAu ?? acte?.AudienceLe,
            EvictionOrdered = own?.ExpulsionOrdonnee,
            Report = acte?.NatureProcesVerbal,
            PoliceForce = own?.SensCfp,
        };
    }
}

/// <summary>The messages of a file that one organisation received, each decided again, before and after their sections are opened.</summary>
internal sealed class DossierReading
{
    private readonly List<(Guid Deposit, Categories Category, byte[] Box)> _boxes = [];

    private DossierReading(IReadOnlyList<DeliveryRecord> all, IReadOnlyList<DossierEvent> permitted) => (All, Permitted) = (all, permitted);

    /// <summary>Every delivery of the caller, permitted or not.</summary>
    public IReadOnlyList<DeliveryRecord> All { get; }

    /// <summary>Those that the registers and the person allow now, oldest first.</summary>
    public IReadOnlyList<DossierEvent> Permitted { get; }

    /// <param name="sealed">Whether sections will be opened; a list of files needs none.</param>
    public static async Task<DossierReading> ReadAsync(
        NpgsqlConnection connection, Caller caller, Guid[] dossiers, RegistersInForce registers, DateTimeOffset now, bool @sealed, CancellationToken ct)
    {
        var deliveries = await DeliveryRecord.ReadOfDossiersAsync(connection, caller, dossiers, ct);
        var permitted = new Dictionary<Guid, (DeliveryRecord Delivery, Categories Categories)>();
        foreach (var delivery in deliveries)
        {
            if (delivery.Decide(registers, caller, CategoryNames.All, now) is DisclosureDecision.Permit permit)
                permitted[delivery.Id] = (delivery, delivery.IsReadable ? permit.Categories & ~CategoryNames.Identifying : Categories.None);
        }

        var deposits = permitted.Values.Select(p => p.Delivery.Deposit).Distinct().ToArray();
        var facts = await FactsAsync(connection, deposits, ct);
        var reading = new DossierReading(
            deliveries,
            [.. permitted.Values.Select(p => new DossierEvent(p.Delivery, p.Categories, facts.GetValueOrDefault(p.Delivery.Deposit)))]);
        if (@sealed)
            await reading.ReadBoxesAsync(connection, deposits, ct);
        return reading;
    }

    /// <summary>Opens what was read; after the log entry has committed.</summary>
    public IReadOnlyList<DossierEvent> Open(SubjectKeys keys)
    {
        var boxes = _boxes.ToLookup(b => b.Deposit);
        var opened = new List<DossierEvent>(Permitted.Count);
        foreach (var e in Permitted)
        {
            using var key = keys.Unwrap(e.Delivery.Subject, e.Delivery.VaultKey, e.Delivery.WrappedKey);
            var sections = new JsonObject();
            foreach (var (deposit, category, box) in boxes[e.Delivery.Deposit].Where(b => (b.Category & e.Permitted) != Categories.None))
            {
                var plain = key.Open(PartTable.Exchange, deposit, category, box);
                sections[category.Name()] = JsonNode.Parse(plain);
                CryptographicOperations.ZeroMemory(plain);
            }

            opened.Add(e with { Sections = sections });
        }

        return opened;
    }

    /// <summary>Names of the categories that will be opened, for the log entry.</summary>
    public string CategoryNamesRead => string.Join(' ', _boxes.Aggregate(Categories.None, (all, b) => all | b.Category).ToNames());

    private async Task ReadBoxesAsync(NpgsqlConnection connection, Guid[] deposits, CancellationToken ct)
    {
        var allowed = Permitted.GroupBy(e => e.Delivery.Deposit).ToDictionary(g => g.Key, g => g.Aggregate(Categories.None, (all, e) => all | e.Permitted));
        await using var select = new NpgsqlCommand($"select deposit, category, sealed from {PartTable.Exchange} where deposit = any($1)", connection)
        {
            Parameters = { new() { Value = deposits } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if ((allowed[reader.GetGuid(0)] & (Categories)reader.GetInt16(1)) != Categories.None)
                _boxes.Add((reader.GetGuid(0), (Categories)reader.GetInt16(1), reader.GetFieldValue<byte[]>(2)));
        }
    }

    private static async Task<Dictionary<Guid, MessageFacts>> FactsAsync(NpgsqlConnection connection, Guid[] deposits, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("select id, facts->>'stade', facts->>'commune', facts->>'motif' from exchange.deposit where id = any($1)", connection)
        {
            Parameters = { new() { Value = deposits } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        var facts = new Dictionary<Guid, MessageFacts>();
        while (await reader.ReadAsync(ct))
            facts[reader.GetGuid(0)] = new(Text(reader, 1), Text(reader, 2), Text(reader, 3));
        return facts;

        static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}
