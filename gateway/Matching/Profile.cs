using System.Buffers.Binary;

namespace ExchangeGateway.Gateway.Matching;

/// <summary>A profile read back: nothing but keyed marks (0 where a message said nothing).</summary>
internal sealed record Profile
{
    /// <summary>The address is a hostel's or a domiciliation's.</summary>
    public required bool Shared { get; init; }
    public required uint Dwelling { get; init; }
    public required uint DwellingByPost { get; init; }
    public required uint DwellingBySound { get; init; }
    public required uint Street { get; init; }
    /// <summary>House number in its commune.</summary>
    public required uint Number { get; init; }
    public required uint[] StreetSlips { get; init; }
    public required uint Floor { get; init; }
    public required uint LeaseReference { get; init; }
    public required uint LeaseDate { get; init; }
    public required uint Rent { get; init; }
    public required uint Landlord { get; init; }
    public required uint Allocataire { get; init; }
    public required uint AllocataireBody { get; init; }
    public required uint[] Contacts { get; init; }
    public required PersonMarks[] Persons { get; init; }

    /// <exception cref="FormatException">The bytes are of a layout that this program does not know.</exception>
    public static Profile Read(byte[] bytes)
    {
        var reader = new MarkReader(bytes);
        var version = reader.Byte();
        if (version is not (ProfileForms.Version or ProfileForms.SharedVersion))
            throw new FormatException("This matching profile is of a layout that this gateway does not know.");
        return new Profile
        {
            Shared = version == ProfileForms.SharedVersion,
            Dwelling = reader.Mark(),
            DwellingByPost = reader.Mark(),
            DwellingBySound = reader.Mark(),
            Street = reader.Mark(),
            Number = reader.Mark(),
            StreetSlips = reader.Marks(),
            Floor = reader.Mark(),
            LeaseReference = reader.Mark(),
            LeaseDate = reader.Mark(),
            Rent = reader.Mark(),
            Landlord = reader.Mark(),
            Allocataire = reader.Mark(),
            AllocataireBody = reader.Mark(),
            Contacts = reader.Marks(),
            Persons = reader.Persons(),
        };
    }
}

/// <param name="Sex">1 M, 2 MME, 0 not said.</param>
/// <param name="Beside">Spouse or co-tenant of somebody: may have been served apart.</param>
internal sealed record PersonMarks(byte Sex, bool Beside, SurnameMarks[] Surnames, GivenMarks? Given, BirthMarks? Birth);

internal sealed record SurnameMarks(uint Full, uint Core, uint Sound, uint[] Parts, uint[] Slips);

internal sealed record GivenMarks(bool Compound, bool InitialsOnly, bool Known, uint First, uint FirstTwo, uint Sound, uint Stem, uint Initial, uint Initials, uint[] Atoms, uint[] Slips);

internal sealed record BirthMarks(bool Conventional, bool Whole, uint Date, uint Swapped, uint YearMonth, uint YearDay, uint MonthDay, uint Year);

internal ref struct MarkReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public byte Byte()
    {
        var value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public uint Mark()
    {
        var value = BinaryPrimitives.ReadUInt32BigEndian(_rest);
        _rest = _rest[4..];
        return value;
    }

    public uint[] Marks()
    {
        var marks = new uint[Byte()];
        for (var i = 0; i < marks.Length; i++)
            marks[i] = Mark();
        return marks;
    }

    public PersonMarks[] Persons()
    {
        var persons = new PersonMarks[Byte()];
        for (var i = 0; i < persons.Length; i++)
        {
            var (sex, beside) = (Byte(), Byte() == 1);
            var surnames = new SurnameMarks[Byte()];
            for (var s = 0; s < surnames.Length; s++)
                surnames[s] = new SurnameMarks(Mark(), Mark(), Mark(), Marks(), Marks());
            GivenMarks? given = null;
            if (Byte() == 1)
            {
                var flags = Byte();
                given = new GivenMarks((flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, Mark(), Mark(), Mark(), Mark(), Mark(), Mark(), Marks(), Marks());
            }

            BirthMarks? birth = null;
            if (Byte() == 1)
            {
                var flags = Byte();
                birth = new BirthMarks((flags & 1) != 0, (flags & 2) != 0, Mark(), Mark(), Mark(), Mark(), Mark(), Mark());
            }

            persons[i] = new PersonMarks(sex, beside, surnames, given, birth);
        }

        return persons;
    }
}
