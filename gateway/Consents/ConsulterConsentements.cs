using System.Buffers.Text;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Consents;

/// <summary>One act of the ledger.</summary>
/// <param name="Personne">Pseudonym of the log, 32 hexadecimal digits.</param>
/// <param name="Finalite"><see langword="null"/> for every purpose.</param>
/// <param name="Empreinte">SHA-256 of the document that the organisation keeps, in hexadecimal.</param>
/// <param name="Dossier">The case that an objection opened.</param>
/// <param name="EtatDossier">ouvert, clos.</param>
/// <param name="Inscription">Its entry in the log.</param>
internal sealed record ConsentLine(
    Guid Id, string Personne, string? Finalite, string Acte, string Effet, IReadOnlyList<string>? Categories, string RecueilliPar, string Agent,
    DateTimeOffset RecueilliLe, DateTimeOffset InscritLe, DateTimeOffset? ExpireLe, string? Empreinte, ObjectionCase? Dossier, string? EtatDossier, Guid Inscription);

/// <param name="Suivant">Cursor of the next page; absent on the last.</param>
internal sealed record ConsentPage(IReadOnlyList<ConsentLine> Consentements, string? Suivant);

/// <summary>The ledger for a DPO, oldest first: what its own organisation collected, everything for the gateway's. One page is one log entry.</summary>
internal sealed class ConsulterConsentements(Databases databases, AuditPseudonyms pseudonyms, AuditLog log)
{
    /// <param name="pseudonym">Whose, by the log's pseudonym; <see langword="null"/> for everybody.</param>
    public async Task<ConsentPage> RunAsync(Caller caller, byte[]? pseudonym, Guid? after, int limit, CancellationToken ct)
    {
        Guid? person = pseudonym is null ? null : await pseudonyms.SubjectOfAsync(pseudonym, ct);
        var rows = await ReadAsync(caller.Nature is JournalSearch.GatewayNature ? null : caller.Organisation, person, after, limit + 1, ct);
        var shown = rows.Take(limit).ToList();
        var lines = new List<ConsentLine>(shown.Count);
        foreach (var (subject, line) in shown)
            lines.Add(line with { Personne = Convert.ToHexStringLower(await pseudonyms.OfAsync(subject, ct)) });
        await log.AppendAsync(
            new()
            {
                Action = LogAction.ConsentsConsulted,
                Organisation = caller.Organisation,
                Agent = caller.Agent,
                Subjects = [.. shown.Select(r => r.Subject).Concat(person is { } asked ? [asked] : []).Distinct()],
                Decision = "permis",
            },
            ct);
        return new ConsentPage(lines, rows.Count > limit ? Base64Url.EncodeToString(shown[^1].Line.Id.ToByteArray()) : null);
    }

    private async Task<List<(Guid Subject, ConsentLine Line)>> ReadAsync(Guid? organisation, Guid? person, Guid? after, int limit, CancellationToken ct)
    {
        await using var select = databases.Reader.CreateCommand(
            """
            select l.subject, l.id, l.purpose, l.act, l.effect, l.categories, o.code, l.agent, l.collected_at, l.recorded_at, l.expires_at, l.evidence, l.entry,
                   c.id, c.opened_at, c.due_at, c.state
            from consent.ledger l join access.organisation o on o.id = l.organisation left join consent.case c on c.ledger = l.id
            where ($1::uuid is null or l.organisation = $1) and ($2::uuid is null or l.subject = $2) and l.id > $3 order by l.id limit $4
            """);
        foreach (var value in new[] { organisation, person })
            select.Parameters.Add(new NpgsqlParameter { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        select.Parameters.AddWithValue(after ?? Guid.Empty);
        select.Parameters.AddWithValue(limit);
        await using var reader = await select.ExecuteReaderAsync(ct);
        var rows = new List<(Guid, ConsentLine)>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add((reader.GetGuid(0), new ConsentLine(
                reader.GetGuid(1), "", reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetString(3), reader.GetString(4),
                reader.IsDBNull(5) ? null : ((Categories)reader.GetInt32(5)).ToNames(), reader.GetString(6), reader.GetString(7),
                reader.GetFieldValue<DateTimeOffset>(8), reader.GetFieldValue<DateTimeOffset>(9), reader.IsDBNull(10) ? null : reader.GetFieldValue<DateTimeOffset>(10),
                reader.IsDBNull(11) ? null : Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(11)),
                reader.IsDBNull(13) ? null : new ObjectionCase(reader.GetGuid(13), reader.GetFieldValue<DateTimeOffset>(14), reader.GetFieldValue<DateTimeOffset>(15)),
                reader.IsDBNull(16) ? null : reader.GetString(16), reader.GetGuid(12))));
        }

        return rows;
    }
}

internal static class ConsulterConsentementsEndpoint
{
    private const int MaxLimit = 200;

    public static void MapConsulterConsentements(this RouteGroupBuilder group) =>
        group.MapGet("", HandleAsync)
            .WithName("consulterConsentements")
            .WithSummary("Le registre des accords, refus, retraits, oppositions et limitations")
            .Produces<ConsentPage>()
            .Refuses(Catalogue.DemandeInvalide)
            .RequireAuthorization(Policies.Journal)
            .Journalise(LogAction.ConsentsConsulted);

    private static async Task<IResult> HandleAsync(
        string? personne, string? curseur, int? limite, HttpContext http, ConsulterConsentements consulter, CancellationToken ct)
    {
        byte[]? pseudonym = null;
        if (personne is not null && !AuditPseudonyms.TryParse(personne, out pseudonym))
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "Le paramètre personne est un pseudonyme du journal (32 chiffres hexadécimaux).");
        if (!ListerReception.TryReadCursor(curseur, out var after))
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "Le paramètre curseur ne vient pas d'une page précédente.");
        var limit = limite ?? InboxQuery.DefaultLimit;
        if (limit is < 1 or > MaxLimit)
            return new RefusalResult(Catalogue.DemandeInvalide, detail: "Le paramètre limite est compris entre 1 et 200.");
        return TypedResults.Ok(await consulter.RunAsync(Caller.Of(http), pseudonym, after, limit, ct));
    }
}
