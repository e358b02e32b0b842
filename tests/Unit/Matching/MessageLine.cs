using System.Globalization;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Matching;

/// <summary>
/// A message in one line, so that a pair fits in a row of a table: persons joined by <c>+</c>, each <c>NAME=usage name, given
/// names, birth date, M or MME, quality</c> as far as known; then sections after <c>|</c>: <c>ailleurs</c> (another dwelling),
/// <c>adresse</c>, <c>complement</c>, <c>etage</c>, <c>tel</c>, <c>caf office/number</c>, <c>bail date</c>, <c>ref</c>, <c>loyer</c>.
/// </summary>
internal static class MessageLine
{
    public static Signalement Read(string line)
    {
        var sections = line.Split('|', StringSplitOptions.TrimEntries);
        var message = Households.Message([.. sections[0].Split('+', StringSplitOptions.TrimEntries).Select(Someone)]);
        return sections.Skip(1).Select(s => s.Split(' ', 2)).Aggregate(message, (m, s) => With(m, s[0], s.Length > 1 ? s[1] : ""));
    }

    private static Signalement With(Signalement m, string section, string text) => section switch
    {
        "ailleurs" => m with { Adresse = Households.Elsewhere },
        "adresse" => m with { Adresse = m.Adresse with { Numero = null, Voie = text } },
        "complement" => m with { Adresse = m.Adresse with { Complement = text } },
        "etage" => m with { Adresse = m.Adresse with { Etage = text } },
        "tel" => m with { Contact = new Contact { TelephoneConnu = "oui", Telephones = [new Telephone(text, null, null)] } },
        "caf" => m with { Identite = m.Identite with { Organisme = "caf", CodeOrganisme = text.Split('/')[0], NumeroAllocataire = text.Split('/')[1] } },
        "bail" => m with { Bail = (m.Bail ?? new Bail()) with { SigneLe = DateOnly.Parse(text, CultureInfo.InvariantCulture) } },
        "ref" => m with { Bail = (m.Bail ?? new Bail()) with { ReferenceLogement = text } },
        "loyer" => m with { Dette = new Dette { LoyerHorsCharges = decimal.Parse(text, CultureInfo.InvariantCulture) } },
        _ => throw new FormatException($"No section is called {section}."),
    };

    private static Personne Someone(string text)
    {
        var fields = text.Split(',', StringSplitOptions.TrimEntries);
        var names = fields[0].Split('=');
        var rest = fields.Skip(2).ToList();
        return Households.Person(
            names[0], fields[1], rest.Find(f => char.IsAsciiDigit(f[0])), names.Length > 1 ? names[1] : null,
            rest.Find(f => char.IsLower(f[0])) ?? "titulaire", rest.Find(f => f is "M" or "MME"));
    }
}
