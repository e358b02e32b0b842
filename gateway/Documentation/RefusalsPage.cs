using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Documentation;

/// <summary><c>refus.md</c>: every refusal, what it means and what to do, and the rules between fields that the schemas name.</summary>
internal static class RefusalsPage
{
    public static GeneratedPage Write(SchemaCatalogue schemas)
    {
        var text = new StringBuilder(GeneratedPage.Notice).Append(
            """
            # Catalogue des refus

            Un refus est un document `application/problem+json` (RFC 9457). Rien de ce qui est refusé n'est conservé.

            - `type` : `urn:exchange-gateway:probleme:` suivi du code ci-dessous. Le code ne change pas : c'est lui que votre
              logiciel doit lire, pas le texte.
            - `title`, `detail` : ce qui ne va pas et ce qu'il faut faire, en français, à montrer à la personne qui envoie.
            - `errors` : quand le message est en cause, tous les champs à corriger d'un coup ; chacun a son `pointer` (la place
              dans le message, RFC 6901), un `code` et un `message`.
            - L'en-tête `ExchangeGateway-Erreur` dit à qui revient la correction : `partenaire` ou `passerelle`.

            « Renvoyer tel quel » : la même demande, avec la même clé `Idempotency-Key`, peut repartir sans risque de doublon
            après le délai de `Retry-After` (quelques secondes s'il manque). Pour les autres refus, corrigez d'abord.

            """).Append('\n');
        text.Append(GeneratedPage.Row("Code", "Statut", "À corriger par", "Renvoyer tel quel", "Ce que cela veut dire", "Que faire"));
        text.Append(GeneratedPage.Row("---", "---", "---", "---", "---", "---"));
        foreach (var refusal in Catalogue.All.Values.OrderBy(r => r.Status).ThenBy(r => r.Code, StringComparer.Ordinal))
        {
            text.Append(GeneratedPage.Row(
                $"`{refusal.Code}`", refusal.Status.ToString(CultureInfo.InvariantCulture), refusal.Fault, MayRepeat(refusal) ? "oui" : "non", refusal.Title, refusal.WhatToDo));
        }

        text.Append(
            """

            `/connect/token` répond dans la forme d'OAuth (RFC 6749) : `invalid_client` (401, identifiant ou secret faux),
            `invalid_request` (400), `unsupported_grant_type` (400), `temporarily_unavailable` (429, trop d'essais refusés).

            ## Règles entre champs

            Chaque champ a ses propres règles : elles sont dans la page de son type de message. Les règles suivantes portent sur
            plusieurs champs à la fois.

            """).Append('\n');
        text.Append(GeneratedPage.Row("Type de message", "Champ", "Code", "Message")).Append(GeneratedPage.Row("---", "---", "---", "---"));
        foreach (var type in schemas.Types.OrderBy(t => t.ToString(), StringComparer.Ordinal))
        {
            foreach (var rule in JsonNode.Parse(schemas.Documents[type.ToString()].Span)!["allOf"]?.AsArray() ?? [])
            {
                if (rule!["x-erreur"] is { } error)
                    text.Append(GeneratedPage.Row($"`{type}`", $"`{error["pointer"]}`", $"`{error["code"]}`", error["message"]!.ToString()));
            }
        }

        return new("refus.md", text.ToString());
    }

    /// <summary>Whether the same call may simply be made again: its failure says nothing about its content.</summary>
    private static bool MayRepeat(Refusal refusal) => refusal.Fault == Refusal.Gateway || refusal.Status is 429 || refusal == Catalogue.EnCours;
}
