using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Pages;

namespace ExchangeGateway.Gateway.Retention;

/// <summary>Plans and runs in French, for the operator's terminal.</summary>
internal static class RetentionWords
{
    /// <summary>The rule as it is told to the data protection officer.</summary>
    public const string Rule =
        "Une catégorie d'un dépôt est conservée tant qu'une finalité au titre de laquelle elle est détenue le demande : celle du dépôt, et celle de chaque transmission en vigueur. "
        + "La durée court de la dernière activité du dossier (dépôt, transmission ou accusé de réception ; une consultation n'en est pas une) et la plus longue l'emporte. "
        + "Une pièce disparaît avec la première de ses catégories. La candidature à un tirage disparaît avec la dernière catégorie du dépôt ; les questions posées sur un dossier et ce qu'une séance en a écrit, avec la dernière du dossier. Rien n'est effacé pendant une limitation ou l'examen d'une opposition, ni tant qu'une durée reste à fixer.";

    public static string Of(RetentionPlan plan) => string.Join('\n', (string[])
    [
        $"Plan de conservation établi le {Day(plan.EtabliLe)}, registre {plan.Registre}. Rien n'a été modifié.",
        $"À effacer dès maintenant : {French.Count(plan.Due, "section", "sections")}.",
        .. Lines("Échéances", plan.Echeances),
        .. Lines("Sans échéance (durée à fixer, ou catégorie qu'aucune finalité ne détient)", plan.SansDuree),
        .. Lines("Suspendues (limitation ou opposition en cours d'examen)", plan.Suspendues),
    ]);

    public static string Of(RetentionOutcome.Done done) => string.Join('\n', (string[])
    [
        $"Conservation appliquée au {Day(done.AsOf)} (exécution {done.Run}).",
        .. done.Counts.Sections.Select(s => $"- {s.Key.Replace(" ", ", ", StringComparison.Ordinal)} : {French.Count(s.Value, "section effacée", "sections effacées")}"),
        $"Dépôts concernés : {French.Number(done.Counts.Depots)} ; pièces : {French.Number(done.Counts.Pieces)} ; personnes effacées entièrement : {French.Number(done.Counts.Personnes)}.",
        $"Journal, inscriptions oubliées : {French.Number(done.Counts.InscriptionsConsultation)} de consultation, {French.Number(done.Counts.InscriptionsDossier)} de dossiers terminés ; leurs preuves se vérifient toujours.",
        $"Clés d'idempotence et récépissés : {French.Number(done.Counts.Recepisses)} ; comptes rendus de lots : {French.Number(done.Counts.Lots)}.",
    ]);

    private static IEnumerable<string> Lines(string title, IReadOnlyList<PlanLine> lines) => lines.Count == 0
        ? []
        : lines.Select(l => $"- {l.Finalite}, {l.Categorie}{(l.Mois is { } month ? ", " + month : "")}{(l.Echue ? " (échue)" : "")} : {French.Number(l.Sections ?? 0)}").Prepend(title + " :");

    private static string Day(DateTimeOffset instant) => French.Date(PurposeRegister.LegalDay(instant));
}
