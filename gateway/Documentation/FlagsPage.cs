using System.Text;
using ExchangeGateway.Adapters;

namespace ExchangeGateway.Gateway.Documentation;

/// <summary><c>drapeaux.md</c>: what the receipt may point out about an accepted message.</summary>
internal static class FlagsPage
{
    public static GeneratedPage Write()
    {
        var text = new StringBuilder(GeneratedPage.Notice).Append(
            """
            # Drapeaux

            Un drapeau signale une faiblesse d'un message **accepté**. Il ne bloque rien : le message suit son cours, et les
            destinataires voient le drapeau. Le récépissé les donne sous `drapeaux`, avec leur `code` stable et leur `message`. Si
            vous pouvez lever la faiblesse, corrigez la donnée dans votre logiciel pour les envois suivants.

            """).Append('\n');
        text.Append(GeneratedPage.Row("Code", "Ce qu'il signale")).Append(GeneratedPage.Row("---", "---"));
        foreach (var flag in Drapeaux.Tous.OrderBy(f => f.Code, StringComparer.Ordinal))
            text.Append(GeneratedPage.Row($"`{flag.Code}`", flag.Message));
        return new("drapeaux.md", text.ToString());
    }
}
