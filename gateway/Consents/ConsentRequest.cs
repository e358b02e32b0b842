using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Consents;

/// <summary>What a partner or a DPO has collected of a person; the person is named by what the caller holds, never by an identity.</summary>
/// <param name="Remise">A delivery that the caller's organisation received about the person.</param>
/// <param name="Depot">A deposit that the caller's organisation sent about the person.</param>
/// <param name="Personne">Pseudonym of the log (32 hexadecimal digits); for the gateway's DPO only.</param>
/// <param name="Finalite">Id of a purpose (<c>P15</c>); absent for all.</param>
/// <param name="Acte">accord, refus, retrait, opposition, limitation, leveeLimitation.</param>
/// <param name="Categories">Categories that an agreement names.</param>
/// <param name="RecueilliLe">When it was collected; now when absent.</param>
/// <param name="ExpireLe">When an agreement ends by itself.</param>
/// <param name="Empreinte">SHA-256 (64 hexadecimal digits) of the document that the organisation keeps.</param>
internal sealed record ConsentRequest(
    Guid? Remise, Guid? Depot, string? Personne, string? Finalite, string? Acte, IReadOnlyList<string>? Categories,
    DateTimeOffset? RecueilliLe, DateTimeOffset? ExpireLe, string? Empreinte);

/// <summary>A request whose words mean something.</summary>
internal sealed record CheckedConsent(
    ConsentAct Act, ConsentEffect Effect, Purpose? Purpose, Categories? Named, DateTimeOffset CollectedAt, DateTimeOffset? ExpiresAt, byte[]? Evidence)
{
    private const int DigestDigits = 64;

    /// <summary>Which acts a caller's role may record.</summary>
    private static bool May(string role, ConsentAct act) => act switch
    {
        ConsentAct.LeveeLimitation => role is Roles.Dpo,
        // A DPO hears what a person refuses; it collects no agreement in a service's place.
        ConsentAct.Accord => role is not Roles.Dpo,
        _ => true,
    };

    /// <returns>The checked act, or what to mend, in French.</returns>
    public static (CheckedConsent? Checked, string? Fault) Of(ConsentRequest request, Caller caller, PurposeRegister register, DateTimeOffset now)
    {
        if (!ConsentCodes.TryParse(request.Acte, out var act) || !May(caller.Role, act))
            return (null, $"« acte » vaut {string.Join(", ", Enum.GetValues<ConsentAct>().Where(a => May(caller.Role, a)).Select(a => a.Code))}.");
        if (new object?[] { request.Remise, request.Depot, request.Personne }.Count(p => p is not null) != 1)
            return (null, "Désignez la personne par une seule référence : « remise » (reçue), « depot » (envoyé) ou, pour le délégué de la passerelle, « personne ».");
        Purpose? purpose = null;
        if (request.Finalite is { } id && (purpose = register.InForce(id, now)) is null)
            return (null, "« finalite » ne désigne aucune finalité en vigueur au registre.");
        var (effect, misuse) = ConsentEffects.Of(act, purpose);
        if (misuse is { } wrong)
            return (null, ConsentWords.Misuse(wrong));
        if (act is not ConsentAct.Accord && (request.Categories is not null || request.ExpireLe is not null))
            return (null, "« categories » et « expireLe » ne vont qu'avec un accord.");

        var named = Categories.None;
        foreach (var name in request.Categories ?? [])
        {
            if (!CategoryNames.TryParse(name, out var category))
                return (null, $"« categories » ne contient que : {string.Join(", ", CategoryNames.All.ToNames())}.");
            named |= category;
        }

        if (act is ConsentAct.Accord && purpose!.NamesCategories && named == Categories.None)
            return (null, "L'accord à cette finalité nomme les catégories de données : donnez « categories ».");
        if (request.RecueilliLe > now)
            return (null, "« recueilliLe » est dans l'avenir.");
        if (request.ExpireLe <= now)
            return (null, "« expireLe » est déjà passé.");
        if (request.Empreinte is { } digest && (digest.Length != DigestDigits || !digest.All(char.IsAsciiHexDigit)))
            return (null, "« empreinte » est le SHA-256 du document, en 64 chiffres hexadécimaux.");
        return (
            new(act, effect, purpose, request.Categories is null ? null : named, request.RecueilliLe?.ToUniversalTime() ?? now, request.ExpireLe?.ToUniversalTime(),
                request.Empreinte is null ? null : Convert.FromHexString(request.Empreinte)),
            null);
    }
}
