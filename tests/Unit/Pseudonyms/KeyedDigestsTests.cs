using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Matching;

namespace ExchangeGateway.Unit.Pseudonyms;

/// <summary>What two senders write differently of one dwelling or one debt is one digest; of two, two.</summary>
public sealed class KeyedDigestsTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(n => (byte)n)];
    private static readonly Guid Caf = Guid.Parse("0197a000-0000-7000-8000-000000000003");
    private static readonly Adresse Home = new() { Numero = "12 bis", Voie = "av. du Gal Leclerc", CodePostal = "78000", CodeCommune = "78999", Commune = "Exemple" };

    [Fact]
    public void A_dwelling_keeps_its_digest_from_one_version_of_the_gateway_to_the_next() =>
        // Computed apart: HMAC-SHA-256 of « lo|78999|12 BIS AVENUE GENERAL LECLERC ».
        Convert.ToHexStringLower(KeyedDigests.Dwelling(Key, Home with { Voie = "av. Gal Leclerc" })).ShouldBe("2db362fca6da958e5110878c3a6833dfa4a7085f7fc1ff143e7d61a4cefbebd8");

    [Fact]
    public void Floor_door_and_town_name_change_nothing_and_commune_number_street_and_key_do()
    {
        var digest = KeyedDigests.Dwelling(Key, Home);
        KeyedDigests.Dwelling(Key, Home with { Etage = "3", Complement = "porte 12", Commune = "EXEMPLE", Voie = "AVENUE du Général Leclerc" }).ShouldBe(digest);
        KeyedDigests.Dwelling(Key, Home with { CodeCommune = "78998" }).ShouldNotBe(digest);
        KeyedDigests.Dwelling(Key, Home with { Numero = "12" }).ShouldNotBe(digest);
        KeyedDigests.Dwelling(Key, Home with { Voie = "rue du Général Leclerc" }).ShouldNotBe(digest);
        KeyedDigests.Dwelling([.. Enumerable.Reverse(Key)], Home).ShouldNotBe(digest);
    }

    [Fact]
    public void A_debt_is_one_by_who_follows_it_the_household_the_dwelling_and_the_day_it_began()
    {
        var message = Debt("0012345", new DateOnly(2026, 5, 31));
        var dwelling = KeyedDigests.Dwelling(Key, Home);
        var digest = KeyedDigests.Debt(Key, Caf, message, dwelling).ShouldNotBeNull();

        KeyedDigests.Debt(Key, Caf, Debt("12345", new DateOnly(2026, 5, 31)), dwelling).ShouldBe(digest, "zeros at the beginning are padding");
        byte[]?[] others =
        [
            KeyedDigests.Debt(Key, Guid.Empty, message, dwelling),
            KeyedDigests.Debt([.. Enumerable.Reverse(Key)], Caf, message, dwelling),
            KeyedDigests.Debt(Key, Caf, Debt("12345", new DateOnly(2026, 6, 30)), dwelling),
            KeyedDigests.Debt(Key, Caf, Debt("12346", new DateOnly(2026, 5, 31)), dwelling),
            KeyedDigests.Debt(Key, Caf, message, KeyedDigests.Dwelling(Key, Households.Elsewhere)),
            KeyedDigests.Debt(Key, Caf, message with { Type = MessageType.Parse("bailleurs/impayes") }, dwelling),
            KeyedDigests.Debt(Key, Caf, message with { Identite = message.Identite with { Organisme = "msa" } }, dwelling),
            KeyedDigests.Debt(Key, Caf, message with { Identite = message.Identite with { CodeOrganisme = "999" } }, dwelling),
        ];
        var texts = others.Append(digest).Select(o => Convert.ToHexString(o.ShouldNotBeNull())).ToList();
        texts.Distinct().Count().ShouldBe(texts.Count);
    }

    [Fact]
    public void A_debt_that_is_not_named_has_no_digest()
    {
        var message = Debt("12345", new DateOnly(2026, 5, 31));
        KeyedDigests.Debt(Key, Caf, message with { Identite = message.Identite with { NumeroAllocataire = null } }, Key).ShouldBeNull();
        KeyedDigests.Debt(Key, Caf, message with { Identite = message.Identite with { CodeOrganisme = null } }, Key).ShouldBeNull();
        KeyedDigests.Debt(Key, Caf, message with { Dette = new Dette() }, Key).ShouldBeNull();
        KeyedDigests.Debt(Key, Caf, message with { Dette = null }, Key).ShouldBeNull();
    }

    private static Signalement Debt(string number, DateOnly since) =>
        Households.Message(Households.Person("Exemple", "Camille"), Home, allocataire: number) with { Dette = new Dette { DateConstitution = since } };
}
