using System.Text;
using ExchangeGateway.Gateway.Conformance;

namespace ExchangeGateway.Gateway.Documentation;

/// <summary><c>conformite.md</c>: the checks that a partner runs against the gateway, with their stable ids.</summary>
internal static class ConformancePage
{
    public static GeneratedPage Write()
    {
        var text = new StringBuilder(GeneratedPage.Notice).Append(
            """
            # Contrôles de conformité

            ```sh
            ops/exchange-gateway conformance https://passerelle.exemple.invalid --client-id MON-BAC-A-SABLE --client-secret-file secret.txt
            ```

            La commande joue les contrôles ci-dessous contre une passerelle en service, avec un identifiant de bac à sable : rien de
            ce qu'elle dépose n'est transmis. Avec un identifiant réel, elle s'arrête sans rien déposer. Le code de sortie vaut 0
            quand tout est conforme, 1 quand un contrôle échoue, 2 quand elle n'a pas pu commencer.

            - `--message FICHIER` : votre propre message JSON, au lieu de l'exemple du type ; un message accepté est nécessaire.
            - `--type caf/impayes` : le type à essayer, quand l'identifiant en permet plusieurs.
            - `--json` : le compte rendu en JSON.

            Un numéro de contrôle ne change jamais de sens : citez-le quand vous écrivez à la passerelle.

            """).Append('\n');
        text.Append(GeneratedPage.Row("Contrôle", "Exigence")).Append(GeneratedPage.Row("---", "---"));
        foreach (var check in Checks.All)
            text.Append(GeneratedPage.Row($"`{check.Id}`", check.Requirement));
        return new("conformite.md", text.ToString());
    }
}
