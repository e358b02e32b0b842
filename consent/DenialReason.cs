namespace ExchangeGateway.Consent;

/// <summary>Why a purpose allows nothing. Codes are stored in the log: never rename, only add.</summary>
public enum DenialReason
{
    /// <summary>No file of the register has this purpose.</summary>
    FinaliteInconnue,
    /// <summary>The purpose exists, but not at this date.</summary>
    FinaliteHorsValidite,
    /// <summary>No retention is sourced or signed, and the gateway is not in demonstration.</summary>
    ConservationAFixer,
    /// <summary>This nature of organisation deposits nothing under the purpose.</summary>
    DeposantNonPrevu,
    /// <summary>The depositor is named, but not for this message type.</summary>
    TypeNonPrevu,
    /// <summary>The purpose is exercised in another organisation's name.</summary>
    AuTitreDeDifferent,
    /// <summary>The purpose does not apply in this territory.</summary>
    TerritoireNonPrevu,
    /// <summary>This nature of organisation receives nothing under the purpose.</summary>
    DestinataireNonPrevu,
    /// <summary>The organisation is a recipient, the agent's role is not.</summary>
    RoleNonPrevu,
    /// <summary>The person's data are under restriction (art. 18 RGPD).</summary>
    PersonneEnLimitation,
    /// <summary>Nothing was asked for.</summary>
    RienDemande,
    /// <summary>None of the categories asked for is allowed.</summary>
    CategoriesNonPermises,
    /// <summary>The agreement that the purpose asks for was refused.</summary>
    AccordRefuse,
    /// <summary>The agreement that the purpose asks for was withdrawn.</summary>
    AccordRetire,
    /// <summary>Nothing may be taken in before the agreement that the purpose rests on is declared.</summary>
    AccordManquant,
    /// <summary>The agreement names none of the categories asked for.</summary>
    AccordSansCategorie,
}

/// <summary>The stable code of a reason, as the log and the routing explanation write it.</summary>
public static class DenialReasons
{
    extension(DenialReason reason)
    {
        /// <summary><c>finaliteInconnue</c>, <c>destinataireNonPrevu</c>…</summary>
        public string Code => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(reason.ToString());
    }
}
