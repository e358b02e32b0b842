using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Dossiers;

/// <summary>What a debt commission's file may change for an eviction: sentences for the person who instructs, never an act of the gateway.</summary>
internal static class SurendettementHints
{
    private const string Charter = "Comité de la charte de Paris de prévention des expulsions, 19 juin 2025";
    private const string Law = "art. L722-6 à L722-9 du code de la consommation";
    private const string Moratorium = "art. L714-1 du code de la consommation ; " + Charter + " (à vérifier)";

    /// <param name="debt">The latest that is known of the commission's file.</param>
    /// <param name="stage">Where the procedure stands.</param>
    /// <param name="decision">The latest decision of the court, if one is known.</param>
    /// <param name="hearing">Day of the hearing, if one is known.</param>
    /// <returns>None when nothing of the table applies.</returns>
    public static IReadOnlyList<Hint> Of(Surendettement? debt, CurrentStage? stage, Decision? decision, DateOnly? hearing)
    {
        if (debt is null)
            return [];
        // These two make everything else moot.
        if (stage?.Code == "expulsion")
            return [new("Expulsion faite : la procédure de surendettement ne traite plus que la dette.", Charter)];
        if (stage?.Code == "cfp")
            return [new("Concours de la force publique : une suspension de l’expulsion n’est plus qu’exceptionnelle.", Charter)];

        var hints = new List<Hint>();
        var (admissible, decided) = (debt.RecevableLe, decision?.RendueLe);
        var delays = decision?.DelaisJusquAu is not null;
        var expelled = decision?.ExpulsionOrdonnee == true;
        if (debt.Etape == "depot" && delays)
            hints.Add(new("Dépôt avant la recevabilité, délais accordés : le loyer, les charges et la dette se paient selon le jugement.", Charter));
        if (decided is null && admissible is { } before && (hearing is null || before <= hearing) && debt.Etape is "recevable" or "planConventionnel" or "mesuresImposees")
            hints.Add(new("Recevable avant l’audience : le juge s’aligne sur le plan ou les mesures ; la suspension de la clause résolutoire doit être demandée.", Charter));
        if ((debt.Mesure ?? debt.Etape) == "moratoire")
            hints.Add(new("Moratoire : même délai que le moratoire, prolongé de trois mois.", Moratorium));
        if ((debt.Mesure ?? debt.Etape) == "retablissementPersonnel")
            hints.Add(new("Rétablissement personnel : la clause résolutoire est suspendue deux ans ; le bail est conservé si le loyer est payé.", "art. L714-1 du code de la consommation ; " + Charter));
        if (decided is { } on && admissible is { } after && after > on)
        {
            if (delays && decision!.ClauseSuspendue == true)
                hints.Add(new("Délais avec suspension de la clause résolutoire : demander la suspension de l’expulsion est inutile.", Charter));
            else if (expelled || delays)
                hints.Add(new("Recevable après le jugement : la commission peut demander au juge la suspension de l’expulsion.", Law + " ; " + Charter));
        }

        return hints;
    }
}
