namespace ExchangeGateway.Consent;

/// <summary>What a person may ask (art. 15 to 21 RGPD). Codes are stored: never rename, only add.</summary>
public enum RightKind
{
    /// <summary>Art. 15.</summary>
    Acces,
    /// <summary>Art. 16.</summary>
    Rectification,
    /// <summary>Art. 18.</summary>
    Limitation,
    /// <summary>Art. 21.</summary>
    Opposition,
    /// <summary>Art. 17.</summary>
    Effacement,
}

/// <summary>Why a request is refused: a closed list, each with its article. Codes are stored: never rename, only add.</summary>
public enum RefusalGround
{
    /// <summary>The treatment is a legal obligation: no erasure (art. 17-3-b), no objection (art. 21-1).</summary>
    ObligationLegale,
    /// <summary>The treatment is a task of public interest, and the file excludes this right (art. 17-3-b).</summary>
    MissionInteretPublic,
    /// <summary>A text excludes the objection (art. 23).</summary>
    TexteContraire,
    /// <summary>The treatment rests on the agreement: it is withdrawn instead (art. 7-3).</summary>
    RetraitDeLAccord,
    /// <summary>Compelling legitimate grounds override (art. 21-1).</summary>
    MotifsLegitimesImperieux,
    /// <summary>Needed for legal claims (art. 17-3-e, 21-1).</summary>
    DroitsEnJustice,
    /// <summary>The data are accurate (art. 16).</summary>
    DonneesExactes,
    /// <summary>None of the four cases of art. 18-1 is given.</summary>
    ConditionsLimitationAbsentes,
    /// <summary>The rights of others (art. 15-4).</summary>
    DroitsDAutrui,
    /// <summary>Reasonable doubts about who asks remain (art. 12-6).</summary>
    IdentiteNonEtablie,
    /// <summary>Manifestly unfounded (art. 12-5).</summary>
    ManifestementInfondee,
    /// <summary>Excessive, by repetition for instance (art. 12-5).</summary>
    Excessive,
}

/// <summary>Whether a right can be granted for a purpose.</summary>
/// <param name="Possible">The data protection officer may grant it.</param>
/// <param name="Ground">Why it cannot be granted; <see langword="null"/> when it can.</param>
/// <param name="RestrictsMeanwhile">The data are used no more while the request is examined (art. 18-1-d).</param>
public readonly record struct RightAnswer(bool Possible, RefusalGround? Ground, bool RestrictsMeanwhile = false);

/// <summary>Which right may be granted for which purpose: by what its file says and its legal basis, and nothing else.</summary>
public static class RightsRules
{
    public static RightAnswer Of(RightKind kind, Purpose purpose) => kind switch
    {
        RightKind.Acces => purpose.Rights.Access ? new(true, null) : new(false, RefusalGround.TexteContraire),
        RightKind.Rectification => purpose.Rights.Rectification ? new(true, null) : new(false, RefusalGround.TexteContraire),
        RightKind.Limitation => purpose.Rights.Restriction ? new(true, null) : new(false, RefusalGround.TexteContraire),
        RightKind.Effacement when purpose.Rights.Erasure => new(true, null),
        RightKind.Effacement => new(false, IsObligation(purpose) ? RefusalGround.ObligationLegale : RefusalGround.MissionInteretPublic),
        _ => Objection(purpose),
    };

    /// <summary>The grounds that can be given for a kind of request.</summary>
    public static IReadOnlyList<RefusalGround> GroundsOf(RightKind kind)
    {
        RefusalGround[] always = [RefusalGround.TexteContraire, RefusalGround.IdentiteNonEtablie, RefusalGround.ManifestementInfondee, RefusalGround.Excessive];
        return
        [
            .. kind switch
            {
                RightKind.Acces => (RefusalGround[])[RefusalGround.DroitsDAutrui],
                RightKind.Rectification => [RefusalGround.DonneesExactes],
                RightKind.Limitation => [RefusalGround.ConditionsLimitationAbsentes],
                RightKind.Opposition => [RefusalGround.ObligationLegale, RefusalGround.RetraitDeLAccord, RefusalGround.MotifsLegitimesImperieux, RefusalGround.DroitsEnJustice],
                _ => [RefusalGround.ObligationLegale, RefusalGround.MissionInteretPublic, RefusalGround.DroitsEnJustice],
            },
            .. always,
        ];
    }

    private static RightAnswer Objection(Purpose purpose) => ConsentEffects.Of(ConsentAct.Opposition, purpose) switch
    {
        (ConsentEffect.Limitation, _) => new(true, null, RestrictsMeanwhile: true),
        (_, ConsentMisuse.OppositionAuLieuDeRetrait) => new(false, RefusalGround.RetraitDeLAccord),
        _ => new(false, IsObligation(purpose) ? RefusalGround.ObligationLegale : RefusalGround.TexteContraire),
    };

    private static bool IsObligation(Purpose purpose) => purpose.LegalBasis.Article is "6-1-c";
}

/// <summary>The stable code of a right, as the database and the answers write it.</summary>
public static class RightsCodes
{
    extension(RightKind kind)
    {
        /// <summary><c>acces</c>, <c>effacement</c>…</summary>
        public string Code => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());
    }

    public static bool TryParse(string? code, out RightKind kind) => GroundCodes.TryFind(code, k => k.Code, out kind);
}

/// <summary>The stable code of a ground, as the database and the answers write it.</summary>
public static class GroundCodes
{
    extension(RefusalGround ground)
    {
        /// <summary><c>obligationLegale</c>…</summary>
        public string Code => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(ground.ToString());
    }

    public static bool TryParse(string? code, out RefusalGround ground) => TryFind(code, g => g.Code, out ground);

    internal static bool TryFind<T>(string? code, Func<T, string> codeOf, out T found) where T : struct, Enum
    {
        foreach (var known in Enum.GetValues<T>())
        {
            found = known;
            if (string.Equals(codeOf(known), code, StringComparison.Ordinal))
                return true;
        }

        found = default;
        return false;
    }
}
