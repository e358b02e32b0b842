using System.Text.Json.Serialization;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>What one line of a batch became.</summary>
/// <param name="Ligne">Number of the data line, from 1; 0 when the error is the whole file's.</param>
/// <param name="Code">One of <see cref="LotCode"/>.</param>
/// <param name="DejaRecu">True when an earlier sending of this batch had been received with it: nothing was recorded twice.</param>
internal sealed record BatchLineReport(
    long Ligne, string Code, Guid? Depot, string? Refus, IReadOnlyList<FieldError>? Erreurs, IReadOnlyList<Drapeau>? Drapeaux = null, bool? DejaRecu = null);

/// <summary>What became of a line, as the report names it.</summary>
internal static class LotCode
{
    public const string Accepted = "accepte";
    /// <summary>Accepted, and takes the place of an earlier deposit about the same debt.</summary>
    public const string Updated = "misAJour";
    public const string Duplicate = "doublon";
    public const string Refused = "refuse";
    public const string Unavailable = "indisponible";
}

/// <summary>Control totals of a batch: lines are the sum of the five that follow; <c>Erreur</c> tells why reading stopped before the end.</summary>
/// <param name="DejaRecues">Of all these, lines that an earlier sending of this batch had been received with.</param>
internal sealed record BatchTotals(long Lignes, long Acceptees, long Doublons, long Refusees, long Indisponibles, string? Erreur, long MisesAJour = 0, long DejaRecues = 0)
{
    public static readonly BatchTotals None = new(0, 0, 0, 0, 0, null);

    public BatchTotals With(BatchLineReport line)
    {
        var with = this with { Lignes = Lignes + 1, DejaRecues = DejaRecues + (line.DejaRecu is true ? 1 : 0) };
        return line.Code switch
        {
            LotCode.Accepted => with with { Acceptees = Acceptees + 1 },
            LotCode.Updated => with with { MisesAJour = MisesAJour + 1 },
            LotCode.Duplicate => with with { Doublons = Doublons + 1 },
            LotCode.Unavailable => with with { Indisponibles = Indisponibles + 1 },
            _ => with with { Refusees = Refusees + 1 },
        };
    }
}

internal sealed record BatchEnd(BatchTotals Bilan);

/// <summary>Where a batch stands, for its sender only.</summary>
/// <param name="Lot">The name that the client gave it, or the one that it was given.</param>
/// <param name="Etat">enCours, termine, interrompu.</param>
/// <param name="Envois">How many times the file was sent.</param>
internal sealed record LotStatus(string Lot, string Type, string Etat, int Envois, BatchTotals Bilan, DateTimeOffset CommenceLe, DateTimeOffset MisAJourLe, LotLinks Liens);

internal sealed record LotLinks(string Lot, string CompteRendu, string Retour);

/// <summary>Where an accepted message stood in a batch.</summary>
internal sealed record LotLine(Guid Lot, long Line)
{
    /// <summary>The first lines of a batch are routed at once; those of a large file wait, so that they neither slow its acceptance nor pass before single messages.</summary>
    public TimeSpan RoutingDelay => Line <= 1000 ? TimeSpan.Zero : TimeSpan.FromSeconds(30);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchLineReport))]
[JsonSerializable(typeof(BatchEnd))]
[JsonSerializable(typeof(LotStatus))]
internal sealed partial class LotJson : JsonSerializerContext;
