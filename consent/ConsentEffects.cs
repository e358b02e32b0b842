namespace ExchangeGateway.Consent;

/// <summary>What an act of the ledger changes. Codes are stored and answered: never rename, only add.</summary>
public enum ConsentEffect
{
    /// <summary>Recorded; the purpose does not depend on it.</summary>
    Aucun,
    /// <summary>The agreement counts.</summary>
    AccordEnVigueur,
    /// <summary>Nothing that needs the agreement goes out or is read any more.</summary>
    ArretImmediat,
    /// <summary>The data are kept and used no more while it lasts.</summary>
    Limitation,
    /// <summary>The restriction has ended.</summary>
    Levee,
}

/// <summary>Why an act is not recorded at all: it says what it cannot mean.</summary>
public enum ConsentMisuse
{
    /// <summary>An agreement to what asks for none.</summary>
    AccordSansObjet,
    /// <summary>An objection names no purpose; each has its own legal basis.</summary>
    OppositionSansFinalite,
    /// <summary>An objection to what rests on the agreement: it is withdrawn instead.</summary>
    OppositionAuLieuDeRetrait,
}

/// <summary>Which act has which effect: by the purpose's legal basis, and nothing else.</summary>
public static class ConsentEffects
{
    /// <param name="purpose"><see langword="null"/> for every purpose.</param>
    public static (ConsentEffect Effect, ConsentMisuse? Misuse) Of(ConsentAct act, Purpose? purpose) => (act, purpose) switch
    {
        (ConsentAct.Accord, null or { Evidence: null }) => (ConsentEffect.Aucun, ConsentMisuse.AccordSansObjet),
        (ConsentAct.Accord, _) => (ConsentEffect.AccordEnVigueur, null),
        (ConsentAct.Refus or ConsentAct.Retrait, { Evidence: null }) => (ConsentEffect.Aucun, null),
        (ConsentAct.Refus or ConsentAct.Retrait, _) => (ConsentEffect.ArretImmediat, null),
        (ConsentAct.Opposition, null) => (ConsentEffect.Aucun, ConsentMisuse.OppositionSansFinalite),
        (ConsentAct.Opposition, { LegalBasis.Article: "6-1-a" }) => (ConsentEffect.Aucun, ConsentMisuse.OppositionAuLieuDeRetrait),
        // Art. 21 RGPD: only against a public task, and there unless a decree excludes it, which the purpose's file says.
        (ConsentAct.Opposition, { LegalBasis.Article: "6-1-e", Rights.Objection: true }) => (ConsentEffect.Limitation, null),
        (ConsentAct.Opposition, _) => (ConsentEffect.Aucun, null),
        (ConsentAct.Limitation, _) => (ConsentEffect.Limitation, null),
        _ => (ConsentEffect.Levee, null),
    };
}

/// <summary>The stable code of an effect, as the ledger and the answers write it.</summary>
public static class ConsentEffectCodes
{
    extension(ConsentEffect effect)
    {
        /// <summary><c>aucun</c>, <c>arretImmediat</c>…</summary>
        public string Code => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(effect.ToString());
    }
}

/// <summary>The stable code of an act, as the ledger and the answers write it.</summary>
public static class ConsentCodes
{
    extension(ConsentAct act)
    {
        /// <summary><c>retrait</c>, <c>leveeLimitation</c>…</summary>
        public string Code => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(act.ToString());
    }

    /// <summary>Reads an act's code.</summary>
    public static bool TryParse(string? code, out ConsentAct act)
    {
        foreach (var known in Enum.GetValues<ConsentAct>())
        {
            act = known;
            if (string.Equals(known.Code, code, StringComparison.Ordinal))
                return true;
        }

        act = default;
        return false;
    }
}
