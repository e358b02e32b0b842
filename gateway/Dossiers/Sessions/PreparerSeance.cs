using System.Diagnostics;
using System.Globalization;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Dossiers.Sessions;

/// <param name="TenueLe">Day of the session.</param>
/// <param name="Heure"><c>HH:MM</c>, legal time there.</param>
/// <param name="Membres">Organisation and quality of each member; no names.</param>
internal sealed record SessionRequest(DateOnly? TenueLe, string? Heure, string? Lieu, string? Territoire, IReadOnlyList<SessionMember>? Membres);

/// <param name="Dossier">The secretariat's own reference.</param>
/// <param name="Nature">premierePresentation, deuxiemePresentation, reexamen12Mois.</param>
/// <param name="Rang">Place on the order of the day; last when absent.</param>
internal sealed record SessionFileRequest(string? Dossier, string? Nature, int? Rang);

/// <param name="Presents">Ranks of the members who came, from 0.</param>
internal sealed record AttendanceRequest(IReadOnlyList<int>? Presents);

internal sealed record SessionCreated(Guid Id);

/// <summary>The secretariat prepares a session: date, place, members, and the files on its order of the day.</summary>
internal sealed class PreparerSeance(
    Databases databases, ConsulterDossier dossiers, DeliveryAudit audit, RegistersInForce registers, RegisterOptions options, TimeProvider clock)
{
    private const int Longest = 120;
    private const int MostMembers = 40;
    private const int MostFiles = 100;

    public async Task<DeliveryOutcome<SessionCreated>> CreateAsync(Caller caller, SessionRequest request, CancellationToken ct)
    {
        if (Forbidden(caller) is { } forbidden)
            return new DeliveryOutcome<SessionCreated>.Refused(forbidden);
        var territory = request.Territoire ?? (caller.Territories is [var only] ? only : null);
        if (territory is null || !caller.Territories.Contains(territory, StringComparer.Ordinal))
            return Invalid($"Le territoire est l'un des vôtres : {string.Join(", ", caller.Territories)}.");
        if (request.TenueLe is not { } heldOn)
            return Invalid("Donnez la date de la séance.");
        if (string.IsNullOrWhiteSpace(request.Lieu) || request.Lieu.Length > Longest)
            return Invalid("Donnez le lieu, en 120 caractères au plus.");
        if (request.Heure is { Length: > 0 } && !TimeOnly.TryParseExact(request.Heure, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            return Invalid("L'heure s'écrit HH:MM.");
        var members = request.Membres ?? [];
        if (members.Count > MostMembers || members.Any(m => m is null || string.IsNullOrWhiteSpace(m.Organisme) || string.IsNullOrWhiteSpace(m.Qualite) || m.Organisme.Length > Longest || m.Qualite.Length > Longest))
            return Invalid("Chaque membre a un organisme et une qualité, de 120 caractères au plus ; quarante membres au plus.");

        var now = clock.GetUtcNow();
        var session = new SessionRow(Guid.CreateVersion7(now), territory, heldOn, string.IsNullOrEmpty(request.Heure) ? null : request.Heure, request.Lieu.Trim(), members);
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await SessionRows.InsertAsync(connection, caller, session, now, ct);
        await audit.CommitAsync(connection, transaction, Entry(caller, registers, LogAction.SessionPrepared, [], ("seance", session.Id.ToString())), ct);
        return new DeliveryOutcome<SessionCreated>.Given(new(session.Id));

        static DeliveryOutcome<SessionCreated> Invalid(string detail) => new DeliveryOutcome<SessionCreated>.Refused(Catalogue.DemandeInvalide, Detail: detail);
    }

    public async Task<DeliveryOutcome<SessionCreated>> AddAsync(Caller caller, Guid id, SessionFileRequest request, CancellationToken ct)
    {
        if (Forbidden(caller) is { } forbidden)
            return new DeliveryOutcome<SessionCreated>.Refused(forbidden);
        if (request.Nature is null || !CcapexWords.Kinds.ContainsKey(request.Nature))
            return new DeliveryOutcome<SessionCreated>.Refused(Catalogue.DemandeInvalide, Detail: $"La nature vaut {string.Join(", ", CcapexWords.Kinds.Keys)}.");
        if (request.Rang is < 1 or > MostFiles)
            return new DeliveryOutcome<SessionCreated>.Refused(Catalogue.DemandeInvalide, Detail: "Le rang est compris entre 1 et 100.");
        // Only a file that the secretariat may read now is examined; that reading has its own entry.
        if (await dossiers.ReadAsync(caller, request.Dossier ?? "", "seance", ct) is not DeliveryOutcome<ReadDossier>.Given { Value: var file })
            return new DeliveryOutcome<SessionCreated>.Refused(Catalogue.Introuvable);

        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await SessionRows.OneAsync(connection, caller, id, ct) is not { } session)
            return new DeliveryOutcome<SessionCreated>.Refused(Catalogue.Introuvable);
        var there = await SessionRows.ItemsAsync(connection, caller, id, ct);
        if (there.Count >= MostFiles)
            return new DeliveryOutcome<SessionCreated>.Refused(Catalogue.EtatIncompatible, Detail: "Une séance examine cent dossiers au plus.");
        var now = clock.GetUtcNow();
        var review = session.HeldOn.AddMonths(CcapexSettings.Load(options).ReexamenMois);
        var subject = file.Events[0].Delivery.Subject;
        var item = new ItemRow(Guid.CreateVersion7(now), id, file.Dossier, subject, request.Rang ?? there.Select(i => i.Rank).DefaultIfEmpty().Max() + 1, request.Nature, null, review, null, 0, []);
        if (!await SessionRows.InsertItemAsync(connection, caller, item, now, ct))
            return new DeliveryOutcome<SessionCreated>.Refused(Catalogue.EtatIncompatible, Detail: "Ce dossier est déjà à l'ordre du jour de cette séance.");
        await audit.CommitAsync(connection, transaction, Entry(caller, registers, LogAction.SessionPrepared, [subject], ("seance", id.ToString()), ("nature", request.Nature)), ct);
        return new DeliveryOutcome<SessionCreated>.Given(new(item.Id));
    }

    public async Task<DeliveryOutcome<SessionCreated>> AttendAsync(Caller caller, Guid id, AttendanceRequest request, CancellationToken ct)
    {
        if (Forbidden(caller) is { } forbidden)
            return new DeliveryOutcome<SessionCreated>.Refused(forbidden);
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await SessionRows.OneAsync(connection, caller, id, ct) is not { } session)
            return new DeliveryOutcome<SessionCreated>.Refused(Catalogue.Introuvable);
        var present = (request.Presents ?? []).ToHashSet();
        if (present.Any(p => p < 0 || p >= session.Members.Count))
            return new DeliveryOutcome<SessionCreated>.Refused(Catalogue.DemandeInvalide, Detail: "Les présents sont désignés par leur rang dans la liste des membres, à partir de 0.");
        await SessionRows.SetMembersAsync(connection, id, [.. session.Members.Select((m, i) => m with { Present = present.Contains(i) })], ct);
        await audit.CommitAsync(connection, transaction, Entry(caller, registers, LogAction.SessionPrepared, [], ("seance", id.ToString())), ct);
        return new DeliveryOutcome<SessionCreated>.Given(new(id));
    }

    /// <summary>Sessions are the commission's: a secretariat of another kind holds none.</summary>
    public static Refusal? Forbidden(Caller caller) => caller.Nature == "ccapex" ? null : Catalogue.HorsHabilitation;

    public static AuditEntry Entry(Caller caller, RegistersInForce registers, LogAction action, IReadOnlyList<Guid> subjects, params (string Key, string Value)[] details) => new()
    {
        Action = action,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        Subjects = subjects,
        RegisterVersion = registers.Current.Purposes.Version,
        Decision = "permis",
        Details = details.ToDictionary(d => d.Key, d => d.Value, StringComparer.Ordinal),
        TraceId = Activity.Current?.TraceId.ToString(),
    };
}
