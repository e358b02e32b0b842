using System.Globalization;
using System.Text.Json.Nodes;
using ExchangeGateway.Integration.Gateway;

namespace ExchangeGateway.Integration.Canaries;

/// <summary>An invented identity whose every word is drawn at random, long enough not to be met by chance.</summary>
/// <param name="Name">Ten letters, an é, seven letters: what is in it shows the encoding it was written in.</param>
/// <param name="Phone">Of the range kept for fiction.</param>
/// <param name="Number">Household's number at the CAF: seven digits and a letter that is no hexadecimal digit.</param>
internal sealed record Canary(string Name, string GivenName, string Phone, string Mail, string Street, string Number)
{
    private static readonly string Letters = "bcdfghjklmnpqrstvwxz";

    /// <summary>Canaries, the same for the same seed.</summary>
    public static IReadOnlyList<Canary> Draw(int count, int seed)
    {
#pragma warning disable RS0030, CA5394 // a seeded draw, so that a failure can be played again
        var random = new Random(seed);
        string Word(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => Letters[random.Next(Letters.Length)]));
        return
        [
            .. Enumerable.Range(0, count).Select(i => new Canary(
                Capital(Word(10)) + "é" + Word(7), Capital(Word(12)), $"+3363998{i % 10_000:0000}", Word(14) + "@canari.invalid", "rue " + Capital(Word(13)),
                $"{random.Next(1_000_000, 10_000_000)}{"GHJKLMNPQRSTVWXYZ"[random.Next(17)]}")),
        ];
#pragma warning restore RS0030, CA5394
    }

    /// <summary>What identifies it, each without the part that all canaries share.</summary>
    public IEnumerable<string> Words => [Name, GivenName, Phone, Mail.Split('@')[0], Street[4..], Number, Nir];

    public Household Household => new(Name, GivenName, "7", Street, "75011", "75111", "Paris 11e Arrondissement", new DateOnly(1971, 3, 9));

    /// <summary>With its key; of commune 999 of département 78, which does not exist.</summary>
    public string Nir
    {
        get
        {
            var body = "2710378999" + Number[..3];
            return body + (97 - (long.Parse(body, CultureInfo.InvariantCulture) % 97)).ToString("00", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>A message with the canary in every field that takes one.</summary>
    public JsonObject In(JsonObject message)
    {
        if (message["telephoneConnu"] is not null)
        {
            message["telephoneConnu"] = "oui";
            message["telephones"] = new JsonArray(new JsonObject { ["numero"] = Phone, ["source"] = "bailleur", ["constateLe"] = "2026-10-02" });
            message["courriels"] = new JsonArray(Mail);
        }

        if (message["numeroAllocataire"] is not null)
            message["numeroAllocataire"] = Number;
        return message;
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
