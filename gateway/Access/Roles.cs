namespace ExchangeGateway.Gateway.Access;

/// <summary>The roles somebody, or some machine, acts in.</summary>
internal static class Roles
{
    public const string Depositaire = "depositaire";
    public const string Instructeur = "instructeur";
    public const string Secretariat = "secretariat";
    public const string Autorite = "autorite";
    public const string Dpo = "dpo";
    public const string Administrateur = "administrateur";
    public const string Exploitant = "exploitant";

    /// <summary>Every role that exists.</summary>
    public static IReadOnlySet<string> All { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        Depositaire, Instructeur, Secretariat, Autorite, Dpo, Administrateur, Exploitant,
    };

    /// <summary>Whether the role can be shown identities: a person in it needs a second factor (design: access).</summary>
    /// <remarks>The data protection officer sees them in the access report of a person's request.</remarks>
    public static bool SeesIdentities(string role) => role is Instructeur or Secretariat or Autorite or Dpo;
}
