using System.Globalization;
using System.Text.Json;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Dossiers.Sessions;

/// <param name="Motif">Why identities are shown: a code of <see cref="DisclosureMotifs"/> for the secretariat.</param>
internal sealed record LettersRequest(string? Motif);

/// <summary>One letter, ready to be printed.</summary>
/// <param name="Adresse">Six lines for the household; the addressee's name for an organisation.</param>
/// <param name="Modele">Template and its version: <c>avis-menage v1</c>.</param>
/// <param name="AdresseARelire">Whether the address was cut to fit.</param>
internal sealed record Letter(string Dossier, string Destinataire, IReadOnlyList<string> Adresse, string Objet, IReadOnlyList<string> Corps, string Modele, bool AdresseARelire);

internal sealed record Letters(SessionLine Seance, IReadOnlyList<Letter> Lettres)
{
    /// <summary>For mail merge: one line a letter, the six lines of the address, a field for what the post returns.</summary>
    public string Csv() => "\uFEFF"
        + CsvCell.Row("dossier", "destinataire", "ligne1", "ligne2", "ligne3", "ligne4", "ligne5", "ligne6", "objet", "texte", "modele", "adresseARelire", "npai")
        + string.Concat(Lettres.Select(l => CsvCell.Row(
            [l.Dossier, l.Destinataire, .. Enumerable.Range(0, 6).Select(i => i < l.Adresse.Count ? l.Adresse[i] : ""), l.Objet, string.Join("\n", l.Corps), l.Modele, l.AdresseARelire ? "oui" : "non", ""])));
}

/// <summary>The letters of a session: one for each addressee of each advice. A household's address is shown for a reason, with one entry a person.</summary>
internal sealed class PreparerCourriers(Databases databases, ConsulterSeance sessions, ConsulterDossier dossiers, AfficherIdentite identities, DeliveryAudit audit, RegistersInForce registers, RegisterOptions options)
{
    public async Task<DeliveryOutcome<Letters>> RunAsync(Caller caller, Guid session, LettersRequest request, CancellationToken ct)
    {
        if (request.Motif is not { } motif || !DisclosureMotifs.Of(caller.Role).Contains(motif, StringComparer.Ordinal))
            return new DeliveryOutcome<Letters>.Refused(Catalogue.DemandeInvalide, Detail: $"Donnez un motif parmi : {string.Join(", ", DisclosureMotifs.Of(caller.Role))}.");
        var read = await sessions.RunAsync(caller, session, ct);
        if (read is not DeliveryOutcome<SessionView>.Given { Value: var view })
            return new DeliveryOutcome<Letters>.Refused(((DeliveryOutcome<SessionView>.Refused)read).Refusal);

        var settings = CcapexSettings.Load(options);
        var letters = new List<Letter>();
        foreach (var item in view.OrdreDuJour.Where(i => i is { Dossier: not null, Avis.Count: > 0 }))
        {
            foreach (var advices in item.Avis.GroupBy(a => a.Destinataire, StringComparer.Ordinal))
            {
                var target = CcapexWords.Target(advices.Key)!;
                var (address, cut) = target.Code == "menage" ? await HouseholdAsync(caller, item.Dossier!, motif, ct) : ([target.Label], false);
                var template = settings.LetterFor(target.Code);
                string Fill(string text) => text
                    .Replace("{seance}", view.Seance.TenueLe.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture), StringComparison.Ordinal)
                    .Replace("{avis}", string.Join(" ; ", advices.Select(a => target.LabelOf(a.Avis)!.ToLowerInvariant())), StringComparison.Ordinal)
                    .Replace("{dossier}", item.Dossier, StringComparison.Ordinal);
                letters.Add(new(item.Dossier!, target.Label, address, Fill(template.Objet), [.. template.Corps.Select(Fill)], $"{template.Id} v{template.Version}", cut));
            }
        }

        await LogAsync(caller, session, settings.Version, letters.Count, ct);
        return new DeliveryOutcome<Letters>.Given(new(view.Seance, letters));
    }

    /// <summary>The household's address from the latest message that lets it be shown; empty lines where none does.</summary>
    private async Task<(IReadOnlyList<string> Lines, bool Cut)> HouseholdAsync(Caller caller, string dossier, string motif, CancellationToken ct)
    {
        if (await dossiers.ReadAsync(caller, dossier, "courrier", ct) is not DeliveryOutcome<ReadDossier>.Given { Value: var file })
            return ([], true);
        foreach (var e in file.Events.Where(e => e.Delivery.IsReadable).Reverse())
        {
            if (await identities.RunAsync(caller, e.Delivery.Id, new IdentityRequest(motif, null), ct) is DeliveryOutcome<IdentityView>.Given { Value.Identite: var identity }
                && identity["identite"]?.Deserialize(SignalementJson.Default.Identite) is { Personnes: [var first, ..] } && identity["adresse"]?.Deserialize(SignalementJson.Default.Adresse) is { } address)
            {
                var postal = PostalAddress.Of(first, address);
                return (postal.Lines, postal.Cut);
            }
        }

        return ([], true);
    }

    private async Task LogAsync(Caller caller, Guid session, string version, int letters, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await audit.CommitAsync(connection, transaction, PreparerSeance.Entry(
            caller, registers, LogAction.LettersPrepared, [], ("seance", session.ToString()), ("version", version), ("lettres", letters.ToString(CultureInfo.InvariantCulture))), ct);
    }
}
