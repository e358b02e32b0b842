using System.Text.Json.Nodes;
using ExchangeGateway.Consent;
using ExchangeGateway.Schemas;
using NJsonSchema;
using Kept = ExchangeGateway.Consent.Retention;

namespace ExchangeGateway.Unit.Consent;

/// <summary>One file of a purpose: what it says is what is enforced, and a mistake in it is told with its place.</summary>
public sealed class PurposeFileTests
{
    private const string Folder = "consent/finalites";
    private const string P2 = "P2-2026-01-01.json";
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, Action<JsonObject>, string, string> Mistakes() => new()
    {
        { "mot mal écrit", r => Rename(r, "destinataires", "destinataire"), "/destinataire", "propriété inconnue" },
        { "titre absent", r => r.Remove("titre"), "/titre", "propriété absente" },
        { "titre vide", r => r["titre"] = "  ", "/titre", "vide" },
        { "id d'une autre forme", r => r["id"] = "finalite-2", "/id", "mal formé" },
        { "date impossible", r => r["valideAu"] = "2026-02-30", "/valideAu", "date" },
        { "statut inventé", r => r["statut"] = "valide", "/statut", "hors vocabulaire" },
        { "nature inconnue", r => r["destinataires"]![0]!["nature"] = "mairie", "/destinataires/0/nature", "hors vocabulaire" },
        { "rôle sans lecture", r => r["destinataires"]![0]!["roles"] = new JsonArray("administrateur"), "/destinataires/0/roles/0", "hors vocabulaire" },
        { "catégorie inconnue", r => r["destinataires"]![0]!["categories"] = new JsonArray("religion"), "/destinataires/0/categories/0", "catégorie inconnue" },
        { "déposant sans type", r => r["deposants"]![0]!["types"] = new JsonArray(), "/deposants/0/types", "trop courte" },
        { "type mal écrit", r => r["deposants"]![0]!["types"] = new JsonArray("CDP"), "/deposants/0/types/0", "type de message" },
        { "base légale hors liste", r => r["baseLegale"]!["article"] = "6-1-f", "/baseLegale/article", "hors vocabulaire" },
        { "accord ni oui ni non", r => r["consentement"]!["requis"] = "non", "/consentement/requis", "true" },
        { "durée en toutes lettres", r => r["conservation"]!["dette"] = new JsonObject { ["duree"] = "deux ans" }, "/conservation/dette/duree", "mal formé" },
        { "consentement absent", r => r.Remove("consentement"), "/consentement", "propriété absente" },
        { "personnes concernées absentes", r => r.Remove("personnesConcernees"), "/personnesConcernees", "propriété absente" },
        { "responsable conjoint sans accord", r => r["responsablesConjoints"]![0]!.AsObject().Remove("accord"), "/responsablesConjoints/0/accord", "propriété absente" },
        { "titre d'un destinataire hors liste", r => r["destinataires"]![0]!["auTitreDe"] = "mairie", "/destinataires/0/auTitreDe", "hors vocabulaire" },
        { "types d'un destinataire vides", r => r["destinataires"]![0]!["types"] = new JsonArray(), "/destinataires/0/types", "trop courte" },
        { "accord d'un destinataire mal écrit", r => r["destinataires"]![0]!["accord"] = new JsonObject { ["requis"] = true, ["preuve"] = "accordPersonne", ["sauf"] = new JsonArray() }, "/destinataires/0/accord/sauf", "inconnue" },
        { "règle d'accord d'un autre genre", r => r["consentement"]!["sinon"] = new JsonArray("religion"), "/consentement/sinon/0", "catégorie inconnue" },
        { "droits incomplets", r => r["droits"]!.AsObject().Remove("acces"), "/droits/acces", "propriété absente" },
        { "droit mal écrit", r => Rename(r["droits"]!.AsObject(), "effacement", "oubli"), "/droits/oubli", "propriété inconnue" },
        { "information mal écrite", r => r["information"]!["canal"] = "x", "/information/canal", "propriété inconnue" },
        { "information absente", r => r.Remove("information"), "/information", "propriété absente" },
        { "base légale mal écrite", r => r["baseLegale"]!["alinea"] = "x", "/baseLegale/alinea", "propriété inconnue" },
        { "base légale absente", r => r.Remove("baseLegale"), "/baseLegale", "propriété absente" },
        { "conservation absente", r => r.Remove("conservation"), "/conservation", "propriété absente" },
        { "conservation d'une catégorie inconnue", r => r["conservation"]!["religion"] = new JsonObject { ["duree"] = "dureeAFixer" }, "/conservation/religion", "catégorie inconnue" },
        { "durée nue", r => r["conservation"]!["dette"] = "P24M", "/conservation/dette", "ce n'est pas un objet" },
        { "signature mal écrite", r => { PurposeRegisterTests.Sign(r); r["conservation"]!["dette"]!["signature"]!["lieu"] = "Paris"; }, "/conservation/dette/signature/lieu", "propriété inconnue" },
        { "durée mal accompagnée", r => r["conservation"]!["dette"]!["note"] = "x", "/conservation/dette/note", "propriété inconnue" },
        { "déposant mal écrit", r => r["deposants"]![0]!["role"] = "x", "/deposants/0/role", "propriété inconnue" },
        { "destinataire mal écrit", r => r["destinataires"]![0]!["nom"] = "x", "/destinataires/0/nom", "propriété inconnue" },
        { "sous-traitant mal écrit", r => r["responsablesConjoints"]![0]!["fax"] = "x", "/responsablesConjoints/0/fax", "propriété inconnue" },
        { "journal mal écrit", r => r["journal"] = new JsonObject { ["duree"] = "P24M", ["motif"] = "contrôle", ["fax"] = "x" }, "/journal/fax", "propriété inconnue" },
        { "territoires vides", r => r["territoires"] = new JsonArray(), "/territoires", "trop courte" },
    };

    [Theory, MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public async Task A_mistake_of_form_is_refused_by_the_register_and_by_the_schema(string what, Action<JsonObject> spoil, string pointer, string problem)
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit(P2, spoil);
        var schema = await JsonSchema.FromFileAsync(DataFolder.Shipped("consent/finalite.schema.json"), TestContext.Current.CancellationToken);

        var errors = Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path), what).Errors;

        errors.ShouldContain(e => e.File == P2 && e.Pointer == pointer && (e.Problem + e.Fix).Contains(problem, StringComparison.Ordinal), what);
        errors.ShouldAllBe(e => e.Fix.Length > 0);
        if (problem != "date") // the schema's pattern knows no calendar
            schema.Validate(folder.Read(P2)).ShouldNotBeEmpty(what);
    }

    public static TheoryData<string, Action<JsonObject>, string, string> Contradictions() => new()
    {
        { "permis et exclu", r => r["destinataires"]![0]!["categories"]!.AsArray().Add("sante"), "/destinataires/0/categories", "à la fois permis et exclu : sante" },
        { "fin avant le début", r => r["valideAu"] = "2025-12-31", "/valideAu", "précède" },
        { "nom de fichier d'une autre date", r => r["valideDu"] = "2026-02-01", "/id", "P2-2026-02-01.json" },
        { "accord requis sans preuve", r => r["consentement"]!["requis"] = true, "/consentement/preuve", "aucune preuve" },
        { "durée absente", r => r["conservation"]!.AsObject().Remove("dette"), "/conservation/dette", "absente" },
        { "durée sans objet", r => r["conservation"]!["social"] = new JsonObject { ["duree"] = "P24M", ["source"] = "texte" }, "/conservation/social", "aucun destinataire" },
        { "durée sans source ni signature", r => r["conservation"]!["dette"] = new JsonObject { ["duree"] = "P24M" }, "/conservation/dette", "source ou une signature" },
        { "durée avec source et signature", r => { PurposeRegisterTests.Sign(r); r["conservation"]!["dette"]!["source"] = "texte"; }, "/conservation/dette", "source ou une signature" },
        { "durée à fixer, signée", r => r["conservation"]!["dette"] = new JsonObject { ["duree"] = "dureeAFixer", ["signature"] = new JsonObject { ["par"] = "x", ["le"] = "2026-02-01" } }, "/conservation/dette", "ni source ni signature" },
        { "accord d'un destinataire sans preuve", r => r["destinataires"]![0]!["accord"] = new JsonObject { ["requis"] = true }, "/destinataires/0/accord/preuve", "aucune preuve" },
        { "durée à fixer mais signée", r => r["conservation"]!["dette"] = new JsonObject { ["duree"] = "dureeAFixer", ["source"] = "texte" }, "/conservation/dette", "ni source ni signature" },
        { "sans accord, plus qu'avec", r => r["destinataires"]![0]!["accord"] = new JsonObject { ["requis"] = true, ["preuve"] = "accordPersonne", ["sinon"] = new JsonArray("menage") }, "/destinataires/0/accord", "plus que l'accord" },
        { "catégories sans déposant", r => r["deposants"] = new JsonArray(), "/deposants", "sans déposant" },
        { "deux preuves pour une finalité", r => TwoEvidences(r), "/destinataires", "deux preuves" },
        { "destinataire en double", r => r["destinataires"]!.AsArray().Add(r["destinataires"]![0]!.DeepClone()), "/destinataires/1/roles", "déjà" },
    };

    [Theory, MemberData(nameof(Contradictions), DisableDiscoveryEnumeration = true)]
    public void A_contradiction_within_a_file_is_refused(string what, Action<JsonObject> spoil, string pointer, string problem)
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit(P2, spoil);

        var errors = Should.Throw<RegisterException>(() => PurposeRegister.Load(folder.Path), what).Errors;

        errors.ShouldContain(e => e.File == P2 && e.Pointer == pointer && (e.Problem + e.Fix).Contains(problem, StringComparison.Ordinal), what);
        errors.ShouldAllBe(e => e.Problem.Length > 0 && e.Fix.Length > 0);
    }

    [Fact]
    public void A_purpose_is_read_whole()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit(P2, r =>
        {
            PurposeRegisterTests.Sign(r);
            r["conservation"]!["dette"] = new JsonObject { ["duree"] = "P4Y", ["source"] = "texte" };
            r["territoires"] = new JsonArray("75", "38");
            r["sousTraitants"] = new JsonArray(new JsonObject { ["nom"] = "Hébergeur", ["role"] = "héberge", ["accord"] = "contrat" });
            r["statut"] = "etabli";
            r["information"]!["exception"] = "art. 14-5-b";
            r["destinataires"]![0]!["types"] = new JsonArray("commissaires-de-justice/commandements-de-payer");
            r["destinataires"]![0]!["accord"] = new JsonObject { ["requis"] = true, ["preuve"] = "accordPersonne", ["explication"] = "pourquoi", ["nommeLesCategories"] = true, ["sinon"] = new JsonArray("acte") };
        });
        var file = JsonNode.Parse(folder.Read(P2))!;
        var purpose = PurposeRegister.Load(folder.Path).InForce("P2", Now)!;
        var cdp = MessageType.Parse("commissaires-de-justice/commandements-de-payer");

        purpose.Title.ShouldBe((string)file["titre"]!);
        purpose.Controller.ShouldBe((string)file["responsable"]!);
        purpose.JointControllers.ShouldBe(file["responsablesConjoints"]!.AsArray().Select(p => new Party((string)p!["nom"]!, (string)p["role"]!, (string)p["accord"]!)));
        purpose.Processors.ShouldBe([new Party("Hébergeur", "héberge", "contrat")]);
        purpose.Subjects.ShouldBe(file["personnesConcernees"]!.AsArray().Select(p => (string)p!));
        (purpose.LegalBasis.Article, purpose.LegalBasis.Texts.Count).ShouldBe(("6-1-e", 2));
        purpose.RegisterReference.ShouldBe("REG-P2 (référence provisoire)");
        purpose.Established.ShouldBeTrue();
        purpose.Depositors.ShouldHaveSingleItem().ShouldSatisfyAllConditions(d => d.Nature.ShouldBe("commissaire-de-justice"), d => d.Types.ShouldBe([cdp]));
        purpose.OnBehalfOf.ShouldBe("ccapex");
        purpose.Territories.ShouldBe(["75", "38"]);
        purpose.Note.ShouldBe((string)file["remarque"]!);
        purpose.Consent.ShouldBe(new ConsentRule(false, null, "La base légale n'est pas le consentement."));
        purpose.Rights.ShouldBe(new ExchangeGateway.Consent.Rights(true, true, true, false, false, true, (string)file["droits"]!["oppositionMotif"]!));
        purpose.Information.ShouldBe(new Information((string)file["information"]!["qui"]!, (string)file["information"]!["quand"]!, (string)file["information"]!["texte"]!, "art. 14-5-b"));
        purpose.Retention[Categories.Dette].ShouldBe(new Kept.Sourced("P4Y", "texte"));
        purpose.Retention[Categories.Acte].ShouldBe(new Kept.Signed("P24M", "responsable d'exploitation", new(2026, 2, 1)));
        purpose.Retention[Categories.Acte].Period.ShouldBe(new RetentionPeriod(24, 'M'));
        (purpose.Evidence, purpose.NamesCategories).ShouldBe(("accordPersonne", true));
        (purpose with { Recipients = [.. purpose.Recipients, purpose.Recipients[0] with { Consent = null }] }).NamesCategories.ShouldBeTrue("the rule of one recipient is enough");
        var recipient = purpose.Recipients.ShouldHaveSingleItem();
        recipient.ShouldSatisfyAllConditions(
            r => r.Nature.ShouldBe("adil"),
            r => r.Roles.ShouldBe(["instructeur", "secretariat"]),
            r => r.Categories.ShouldBe(purpose.Reachable),
            r => r.OnBehalfOf.ShouldBe("ccapex"),
            r => r.Types.ShouldBe([cdp]),
            r => r.Consent.ShouldBe(new ConsentRule(true, "accordPersonne", "pourquoi") { NamesCategories = true, Without = Categories.Acte }));
        (recipient.Takes(cdp), recipient.Takes(MessageType.Parse("caf/impayes")), purpose.Carries(cdp)).ShouldBe((true, false, false));
    }

    [Fact]
    public void Entries_of_one_nature_differ_by_role_by_title_or_by_type_and_are_refused_when_they_do_not()
    {
        Second(r => r["roles"] = new JsonArray("autorite")).ShouldBeEmpty();
        Second(r => r["auTitreDe"] = "departement").ShouldBeEmpty();
        Second(r => r["nature"] = "association").ShouldBeEmpty();
        Second(r => r["types"] = new JsonArray("caf/impayes")).ShouldHaveSingleItem("the first entry is for every type").Pointer.ShouldBe("/destinataires/1/roles");
        Second(r => r["roles"] = new JsonArray("autorite", "secretariat")).ShouldHaveSingleItem("one role in common").Pointer.ShouldBe("/destinataires/1/roles");
        Second(r => r["types"] = new JsonArray("caf/impayes"), first => first["types"] = new JsonArray("bailleurs/impayes")).ShouldBeEmpty();
        Second(r => r["types"] = new JsonArray("caf/impayes"), first => first["types"] = new JsonArray("bailleurs/impayes", "caf/impayes")).ShouldHaveSingleItem();

        static IReadOnlyList<FileError> Second(Action<JsonObject> change, Action<JsonObject>? first = null)
        {
            using var folder = DataFolder.Copy(Folder);
            folder.Edit(P2, r =>
            {
                var other = r["destinataires"]![0]!.DeepClone().AsObject();
                first?.Invoke(r["destinataires"]![0]!.AsObject());
                change(other);
                r["destinataires"]!.AsArray().Add(other);
            });
            try
            {
                PurposeRegister.Load(folder.Path);
                return [];
            }
            catch (RegisterException e)
            {
                return e.Errors;
            }
        }
    }

    [Fact]
    public void A_title_written_as_null_is_the_depositors_own_whatever_the_purpose_says()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit(P2, r => { r["destinataires"]![0]!["auTitreDe"] = null; r["deposants"]![0]!["types"] = new JsonArray("caf/saisines-ccapex"); });
        PurposeRegister.Load(folder.Path).InForce("P2", Now)!.Recipients[0].OnBehalfOf.ShouldBeNull();
    }

    private static void TwoEvidences(JsonObject purpose)
    {
        purpose["consentement"] = new JsonObject { ["requis"] = true, ["preuve"] = "accordElectronique" };
        var other = purpose["destinataires"]![0]!.DeepClone();
        other["nature"] = "association";
        other["accord"] = new JsonObject { ["requis"] = true, ["preuve"] = "accordPersonne" };
        purpose["destinataires"]!.AsArray().Add(other);
    }

    private static void Rename(JsonObject root, string from, string to)
    {
        root[to] = root[from]!.DeepClone();
        root.Remove(from);
    }
}
