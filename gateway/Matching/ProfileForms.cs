using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Matching;

/// <summary>What the intake keeps of a message to recognise its household later: a profile of keyed marks, its blocking keys, and the locks that make two nodes wait for each other.</summary>
/// <param name="Digest">Tells two profiles of one subject apart; the same content gives the same.</param>
/// <param name="Keys">Under which later messages find it.</param>
/// <param name="Sought">Under which it looks for known ones: the same and some more.</param>
internal sealed record MessageProfile(byte[] Profile, long[] Keys, long[] Sought, long[] Locks, long Digest)
{
    private Profile? _marks;

    /// <summary>Decoded when it is first compared: many messages wait for their turn, and most find nobody to compare with.</summary>
    public Profile Marks => _marks ??= Matching.Profile.Read(Profile);
}

/// <summary>
/// Makes the profile of a message. Guarantors (caution) are left out: they are not the household, and live elsewhere.
/// </summary>
internal static class ProfileForms
{
    /// <summary>Layout of the profile; another layout is another number.</summary>
    public const byte Version = 1;

    /// <summary>The same layout, of an address that many share: <see cref="AddressForms.Shared"/>.</summary>
    public const byte SharedVersion = 2;

    private const int MostPersons = 8;
    private const int ShortestForSlips = 5;
    private const int LongestForSlips = 16;

    /// <param name="secret">The territory's 32-byte secret.</param>
    public static MessageProfile Of(byte[] secret, Signalement message)
    {
        var writer = MarkWriter.Under(secret);
        var address = AddressForms.Of(message.Adresse);
        var place = address.Number.Length > 0 || address.Key.Length > 0 ? address.Number + "|" + address.Key : "";
        var (bail, identite) = (message.Bail, message.Identite);
        var lease = bail?.SigneLe?.ToString("yyyyMMdd", CultureInfo.InvariantCulture) ?? "";
        var reference = bail?.ReferenceLogement is { } text ? NameForms.Letters(text).Replace(" ", "", StringComparison.Ordinal) : "";
        var number = identite is { NumeroAllocataire: { } written, CodeOrganisme: not null } ? Compact(written).TrimStart('0') : "";
        var owner = $"{identite.Organisme}|{identite.CodeOrganisme}|";

        writer.Byte(address.Shared ? SharedVersion : Version);
        writer.Mark('a', address.Number.Length > 0 && address.Street.Length > 0 ? $"{message.Adresse.CodeCommune}|{address.Number}|{address.Street}" : "");
        writer.Mark('b', address.Number.Length > 0 && address.Key.Length > 0 ? $"{message.Adresse.CodePostal}|{place}" : "");
        writer.Mark('c', $"{message.Adresse.CodeCommune}|{place}");
        writer.Mark('s', address.Key.Length > 0 ? $"{message.Adresse.CodeCommune}|{address.Key}" : "");
        writer.Mark('h', address.Number.Length > 0 ? $"{message.Adresse.CodeCommune}|{address.Number}" : "");
        Slips(writer, address.Key);
        writer.Mark('d', address.Floor);
        writer.Mark('r', reference);
        writer.Mark('e', lease);
        writer.Mark('p', message.Dette?.LoyerHorsCharges is { } rent ? rent.ToString("0.00", CultureInfo.InvariantCulture) : "");
        writer.Mark('o', bail?.Bailleur is { } landlord ? Compact(landlord) : "");
        writer.Mark('n', number.Length > 0 ? owner + number : "");
        writer.Mark('m', number.Length > 0 ? owner : "");
        var contacts = Contacts(message.Contact);
        writer.Byte(contacts.Count);
        foreach (var contact in contacts)
            writer.Mark('t', contact);

        var persons = identite.Personnes.Where(p => p.Qualite is not "caution").Take(MostPersons).ToList();
        writer.Byte(persons.Count);
        foreach (var person in persons)
            Write(writer, person, place, $"{message.Adresse.CodeCommune}|{(address.Number.Length > 0 ? address.Number : address.Key)}");
        if (number.Length > 0)
            writer.Key('N', owner + number, KeyUse.Locked);
        if (place.Length > 1 && reference.Length > 0)
            writer.Key('R', place + "|" + reference, KeyUse.Stored);
        if (place.Length > 1 && lease.Length > 0)
            writer.Key('E', place + "|" + lease, KeyUse.Stored);
        var (profile, keys, sought, locks) = writer.Finish();
        return new MessageProfile(profile, keys, sought, locks, BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(profile)));
    }

    private static void Write(MarkWriter writer, Personne person, string place, string house)
    {
        var surnames = NameForms.Surnames(person.Nom, person.NomUsage);
        writer.Byte(person.Civilite switch { "M" => 1, "MME" => 2, _ => 0 });
        writer.Byte(person.Qualite is "conjoint" or "cotitulaire" ? 1 : 0);
        writer.Byte(surnames.Count);
        var sounds = surnames.Select(s => FrenchSound.Of(s.Core)).ToArray();
        foreach (var (at, surname) in surnames.Index())
        {
            writer.Mark('x', surname.Full);
            writer.Mark('x', surname.Core);
            writer.Mark('y', sounds[at]);
            writer.Byte(surname.Parts.Count);
            foreach (var part in surname.Parts)
                writer.Mark('x', part);
            Slips(writer, surname.Full);
        }

        var given = GivenForms.Of(person.Prenoms);
        writer.Byte(given is null ? 0 : 1);
        if (given is not null)
        {
            writer.Byte((given.Compound ? 1 : 0) | (given.InitialsOnly ? 2 : 0) | (given.Known ? 4 : 0));
            writer.Mark('x', given.First);
            writer.Mark('x', given.FirstTwo);
            writer.Mark('z', FrenchSound.Of(given.Usage, keepEnd: true));
            writer.Mark('g', given.Stem);
            writer.Mark('i', given.Initials.AsSpan(0, 1));
            writer.Mark('i', given.Initials);
            writer.Byte(given.Atoms.Count);
            foreach (var atom in given.Atoms)
                writer.Mark('x', atom);
            Slips(writer, given.First);
        }

        BirthForms? birth = person.DateNaissance is { } date ? BirthForms.Of(date) : null;
        writer.Byte(birth is null ? 0 : 1);
        if (birth is { } b)
        {
            var (y, m, d) = (b.YearText, b.MonthText, b.DayText);
            writer.Byte((b.Conventional ? 1 : 0) | (b.Whole ? 2 : 0));
            writer.Mark('1', b.Whole ? y + m + d : "");
            writer.Mark('1', b.Whole && b.Month != b.Day ? y + d + m : "");
            writer.Mark('2', m.Length > 0 ? y + m : "");
            writer.Mark('3', d.Length > 0 ? y + d : "");
            writer.Mark('4', d.Length > 0 ? m + d : "");
            writer.Mark('5', y);
        }

        var givenSound = given is null ? "" : FrenchSound.Of(given.First);
        var block = birth is { Whole: true } whole ? whole.Block + "|" : null;
        foreach (var (at, surname) in surnames.Index())
        {
            var sound = sounds[at];
            if (block is not null)
                writer.Key('B', block + sound, KeyUse.Locked);
            writer.Key('D', house + "|" + sound, KeyUse.Locked);
            if (place.Length > 1)
                writer.Key('G', place + "|" + sound, KeyUse.Sought);
            // With a particle: some senders join it to the name.
            if (surname.Full != surname.Core)
            {
                var joined = FrenchSound.Of(surname.Full);
                if (block is not null)
                    writer.Key('B', block + joined, KeyUse.Stored);
                writer.Key('D', house + "|" + joined, KeyUse.Stored);
            }
        }

        if (given is not null)
        {
            // Sought too as if it were the surname: the two fields are sometimes swapped.
            writer.Key('D', house + "|" + givenSound, KeyUse.Sought);
            if (block is not null)
                writer.Key('B', block + givenSound, KeyUse.Sought);
            if (place.Length > 1)
                writer.Key('G', place + "|" + givenSound, KeyUse.Stored);
        }

        if (block is not null && place.Length > 1)
            writer.Key('W', block + place, KeyUse.Stored);
    }

    /// <summary>The word without each of its letters in turn, and the word itself: two words a slip apart share one of them.</summary>
    private static void Slips(MarkWriter writer, string word)
    {
        if (word.Length < ShortestForSlips)
        {
            writer.Byte(0);
            return;
        }

        var letters = Math.Min(word.Length, LongestForSlips);
        var scanned = word.Contains("RN", StringComparison.Ordinal);
        writer.Byte(letters + (scanned ? 2 : 1));
        writer.Mark('v', word);
        // What a scanner reads: BEMARD for BERNARD.
        if (scanned)
            writer.Mark('v', word.Replace("RN", "M", StringComparison.Ordinal));
        for (var i = 0; i < letters; i++)
            writer.Mark('v', word.AsSpan(0, i), word.AsSpan(i + 1));
    }

    private static List<string> Contacts(Contact? contact) =>
    [
        .. (contact?.Telephones ?? []).Select(t => "t" + Digits(t.Numero)).Where(t => t.Length > 6).Take(3),
        .. (contact?.Courriels ?? []).Select(c => "c" + c.Trim().ToUpperInvariant()).Take(2),
    ];

    /// <summary>The last nine digits: 06…, +33 6… and 0033 6… are one number.</summary>
    private static string Digits(string number)
    {
        var digits = string.Concat(number.Where(char.IsAsciiDigit));
        return digits.Length > 9 ? digits[^9..] : digits;
    }

    private static string Compact(string text) => NameForms.Letters(text).Replace(" ", "", StringComparison.Ordinal);
}
