using ExchangeGateway.Schemas;

namespace ExchangeGateway.Adapters;

/// <summary>
/// Moves each free text that says somebody's health out of its section into that of category <c>sante</c>, which no purpose
/// permits by default: recipients get the rest of the message. The flag names no category, because recipients read it too.
/// </summary>
public static class HealthScreen
{
    /// <summary>The texts that people write freely, by their place in the canonical schema. A test holds that none is missing.</summary>
    internal static readonly IReadOnlyList<FreeText> Texts =
    [
        new("/acte/diligences", s => s.Acte?.Diligences, s => s with { Acte = s.Acte! with { Diligences = null } }),
        new("/acte/difficultes", s => s.Acte?.Difficultes, s => s with { Acte = s.Acte! with { Difficultes = null } }),
        new("/decision/dispositif", s => s.Decision?.Dispositif, s => s with { Decision = s.Decision! with { Dispositif = null } }),
        new("/social/diagnostic/preconisations", s => s.Social?.Diagnostic?.Preconisations, s => Diagnosis(s, d => d with { Preconisations = null })),
        new("/social/diagnostic/observations", s => s.Social?.Diagnostic?.Observations, s => Diagnosis(s, d => d with { Observations = null })),
        // The service that follows somebody may tell the illness.
        new("/social/diagnostic/serviceAccompagnant", s => s.Social?.Diagnostic?.ServiceAccompagnant, s => Diagnosis(s, d => d with { ServiceAccompagnant = null })),
    ];

    public static Signalement Apply(Signalement signalement, HealthWords words)
    {
        var moved = new List<TexteSante>();
        foreach (var place in Texts)
        {
            if (place.Read(signalement) is { } text && words.AreIn(text))
            {
                signalement = place.Remove(signalement);
                moved.Add(new(place.Pointer, text));
            }
        }
        return moved.Count == 0 ? signalement : signalement with { Sante = new Sante { Textes = moved }, Drapeaux = [.. signalement.Drapeaux, Drapeaux.TexteRetenu] };
    }

    private static Signalement Diagnosis(Signalement s, Func<DiagnosticSocial, DiagnosticSocial> without) =>
        s with { Social = s.Social! with { Diagnostic = without(s.Social.Diagnostic!) } };

    internal sealed record FreeText(string Pointer, Func<Signalement, string?> Read, Func<Signalement, Signalement> Remove);
}
