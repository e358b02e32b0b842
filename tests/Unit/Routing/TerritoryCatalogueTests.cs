// Long because: every mistake of every file is one line of a table.

using System.Text.Json.Nodes;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Consent;
using NJsonSchema;

namespace ExchangeGateway.Unit.Routing;

public sealed class TerritoryCatalogueTests
{
    private const string Folder = "ops/territories";
    private const string Rules = "modele/repartition.json";
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("75056", "75")]
    [InlineData("75101", "75")]
    [InlineData("75116", "75")]
    [InlineData("75120", "75")]
    [InlineData("00001", "modele")]
    [InlineData("00005", "modele")]
    [InlineData("38563", "38")]
    [InlineData("97411", "974")]
    public void A_commune_has_its_territory(string insee, string territory)
    {
        TerritoryCatalogue.Load(DataFolder.Shipped(Folder)).TryFindByCommune(insee, out var found).ShouldBeTrue();
        found!.Code.ShouldBe(territory);
    }

    [Theory]
    [InlineData("75121")]
    [InlineData("69123")]
    [InlineData("")]
    public void A_commune_that_nobody_serves_has_none(string insee) =>
        TerritoryCatalogue.Load(DataFolder.Shipped(Folder)).TryFindByCommune(insee, out _).ShouldBeFalse();

    [Fact]
    public void The_sixteenth_arrondissement_has_two_postal_codes()
    {
        var sixteenth = Distribution.Paris.Communes.Single(c => c.Insee == "75116");

        sixteenth.PostalCodes.ShouldBe(["75016", "75116"]);
        Distribution.Paris.Communes.Count.ShouldBe(21);
    }

    [Fact]
    public void Each_territory_knows_an_old_and_a_current_notice()
    {
        foreach (var territory in new[] { Distribution.Paris, Distribution.Modele })
        {
            territory.Notices.Count(n => n.ValideAu is null).ShouldBe(1);
            territory.Notices.Count(n => n.ValideAu < new DateOnly(2026, 1, 1)).ShouldBe(1);
        }
    }

    [Fact]
    public void The_model_territory_says_that_it_is_fictional()
    {
        Distribution.Modele.Fictional.ShouldBeTrue();
        Distribution.Modele.Communes.ShouldAllBe(c => c.Name.EndsWith("(fictive)", StringComparison.Ordinal));
        Distribution.Paris.Fictional.ShouldBeFalse();
    }

    [Fact]
    public void The_version_changes_with_any_file_but_not_with_layout()
    {
        using var folder = DataFolder.Copy(Folder);
        var version = Version(folder, "modele");

        folder.Edit(Rules, _ => { });
        Version(folder, "modele").ShouldBe(version);
        folder.Edit("modele/notices.json", r => r["notices"]![0]!["titre"] = "autre titre");
        Version(folder, "modele").ShouldNotBe(version, StringComparer.Ordinal);
        Version(folder, "75").ShouldBe(Distribution.Paris.Version);
    }

    [Fact]
    public void No_shipped_rule_addresses_somebody_whom_the_register_does_not_allow() =>
        TerritoryCatalogue.Load(DataFolder.Shipped(Folder)).Mismatches(PurposeRegister.Load(DataFolder.Shipped("consent/finalites")), Now).ShouldBeEmpty();

    [Fact]
    public void A_rule_that_addresses_somebody_under_a_purpose_that_does_not_name_it_is_told()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit(Rules, r => Rule(r, 1, 0)["alors"]!["finalite"] = "P2");
        folder.Edit("75/repartition.json", r => Rule(r, 1, 0)["alors"]!["auTitreDe"] = null);
        var register = PurposeRegister.Load(DataFolder.Shipped("consent/finalites"));

        var found = TerritoryCatalogue.Load(folder.Path).Mismatches(register, Now).Select(m => m.Problem).ToList();

        found.ShouldContain("règle modele-1 : P2 ne prévoit pas de destinataire « caf »", StringComparer.Ordinal);
        found.ShouldContain("règle 75-1 : P2 s'exerce au titre de « ccapex »", StringComparer.Ordinal);
    }

    /// <summary>What the rules address, the decision permits, and nothing accepted goes nowhere: for every type that a shipped partner sends.</summary>
    [Fact]
    public void Whatever_a_shipped_partner_sends_goes_somewhere_and_only_where_the_register_permits()
    {
        var register = PurposeRegister.Load(DataFolder.Shipped("consent/finalites"));
        foreach (var territory in Distribution.Catalogue.All)
            foreach (var (sender, type) in territory.Partners.Values.SelectMany(p => p.Sends, (p, t) => (p, t)))
                foreach (var faits in Facts(type.ToString(), territory.Communes[0].Insee))
                {
                    PurposeDecision.MayDeposit(register, new(sender.Nature, type, Categories.Identite, Now, OperatingMode.Demonstration, ConsentState.Granted, CategoryNames.All))
                        .ShouldBeOfType<DepositDecision.Permit>($"{sender.Code} {type}");
                    var targets = territory.Repartir(faits, joursPlusTard: 6).Targets;
                    targets.ShouldNotBeEmpty($"{territory.Code} {type}");
                    foreach (var target in targets)
                    {
                        var decision = PurposeDecision.MayDisclose(register, new DisclosureRequest(
                            target.Finalite, sender.Nature, type, target.AuTitreDe is { } t ? territory.Partners[t].Nature : null,
                            territory.Partners[target.Destinataire].Nature, null, territory.Code, CategoryNames.All, false, ConsentState.Granted, Now, OperatingMode.Demonstration, CategoryNames.All));
                        decision.ShouldBeOfType<DisclosureDecision.Permit>($"{territory.Code} {type} {target}");
                    }
                }
    }

    [Fact]
    public void Every_message_type_has_a_shipped_partner_that_sends_it_in_Paris() =>
        Distribution.Paris.Partners.Values.SelectMany(p => p.Sends).Distinct().ShouldBe(SchemaCatalogue.Load().Types, ignoreOrder: true);

    public static TheoryData<string, string, Action<JsonObject>, string, string> Mistakes() => new()
    {
        { "fait inconnu", Rules, r => Rule(r, 1, 0)["quand"]!["parcs"] = "prive", "/tables/1/regles/0/quand/parcs", "fait inconnu" },
        { "valeur hors du vocabulaire du fait", Rules, r => Rule(r, 1, 0)["quand"]!["composition"] = "famille", "/tables/1/regles/0/quand/composition", "hors vocabulaire" },
        { "valeur hors vocabulaire dans une liste", Rules, r => Rule(r, 1, 1)["quand"]!["composition"] = new JsonArray("personneSeule", "seul"), "/tables/1/regles/1/quand/composition/1", "hors vocabulaire" },
        { "oui ou non écrit en texte", Rules, r => Rule(r, 1, 0)["quand"]!["aideAuLogement"] = "oui", "/tables/1/regles/0/quand/aideAuLogement", "oui ou non" },
        { "nombre écrit en texte", Rules, r => Rule(r, 1, 0)["quand"]!["moisImpayes"] = "3", "/tables/1/regles/0/quand/moisImpayes", "nombre" },
        { "nombre hors bornes", Rules, r => Rule(r, 1, 0)["quand"]!["moisImpayes"] = new JsonObject { ["auMoins"] = 40 }, "/tables/1/regles/0/quand/moisImpayes/auMoins", "de 0 à 36" },
        { "faute dans une condition composée", Rules, r => Rule(r, 1, 0)["quand"]!["sauf"] = new JsonObject { ["auMoinsUn"] = new JsonArray(new JsonObject { ["parc"] = "mixte" }) }, "/tables/1/regles/0/quand/sauf/auMoinsUn/0/parc", "hors vocabulaire" },
        { "finalité mal écrite", Rules, r => Rule(r, 1, 0)["alors"]!["finalite"] = "4", "/tables/1/regles/0/alors/finalite", "P2" },
        { "priorité hors bornes", Rules, r => Rule(r, 1, 0)["alors"]!["priorite"] = 0, "/tables/1/regles/0/alors/priorite", "de 1 à 9" },
        { "attente sans délai", Rules, r => Rule(r, 1, 0)["siInconnu"]!.AsObject().Remove("jours"), "/tables/1/regles/0/siInconnu/jours", "absente" },
        { "attente sans suite", Rules, r => Rule(r, 1, 0)["siInconnu"]!.AsObject().Remove("puis"), "/tables/1/regles/0/siInconnu/puis", "absente" },
        { "attente sans personne à qui demander", Rules, r => Rule(r, 1, 0)["siInconnu"]!["demanderA"] = new JsonArray(), "/tables/1/regles/0/siInconnu/demanderA", "trop courte" },
        { "inconnu non décidé", Rules, r => Rule(r, 1, 0).AsObject().Remove("siInconnu"), "/tables/1/regles/0/siInconnu", "absente" },
        { "délai écrit pour une règle ignorée", Rules, r => Rule(r, 0, 0)["siInconnu"]!["jours"] = 3, "/tables/0/regles/0/siInconnu/jours", "propriété inconnue" },
        { "politique inconnue", Rules, r => r["tables"]![1]!["hitPolicy"] = "OUTPUT", "/tables/1/hitPolicy", "COLLECT, FIRST" },
        { "source absente", Rules, r => Rule(r, 0, 0).AsObject().Remove("source"), "/tables/0/regles/0/source", "absente" },
        { "mot mal écrit dans une règle", Rules, r => Rule(r, 0, 0)["valideAux"] = "2026-12-31", "/tables/0/regles/0/valideAux", "propriété inconnue" },
        { "remise et information à la fois", Rules, r => Rule(r, 1, 0)["alors"]!["information"] = "texte", "/tables/1/regles/0/alors/destinataire", "propriété inconnue" },
        { "nature inconnue", "modele/partenaires.json", r => r["partenaires"]![0]!["nature"] = "mairie", "/partenaires/0/nature", "hors vocabulaire" },
        { "code d'organisation mal écrit", "modele/partenaires.json", r => r["partenaires"]![3]!["code"] = "BDF Modèle", "/partenaires/3/code", "minuscules" },
        { "code INSEE mal écrit", "modele/territoire.json", r => r["communes"]![0]!["insee"] = "1", "/communes/0/insee", "INSEE" },
        { "code postal en nombre", "modele/territoire.json", r => r["communes"]![0]!["codesPostaux"] = new JsonArray(100), "/communes/0/codesPostaux/0", "code postal" },
        { "trêve mal écrite", "modele/territoire.json", r => r["treve"]!["debut"] = "1er novembre", "/treve/debut", "MM-JJ" },
        { "notice sans validité", "modele/notices.json", r => r["notices"]![0]!.AsObject().Remove("valideDu"), "/notices/0/valideDu", "absente" },
        { "relais sans description", "modele/relais.json", r => r["relais"]![0]!.AsObject().Remove("description"), "/relais/0/description", "absente" },
    };

    [Theory, MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public async Task A_mistake_of_form_is_refused_at_load_and_by_the_schema(string what, string file, Action<JsonObject> spoil, string pointer, string problem)
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit(file, spoil);

        Told(folder, what, file, pointer, problem);

        var schema = await SchemaOf(file);
        schema.Validate(folder.Read(file)).ShouldNotBeEmpty(what);
    }

    public static TheoryData<string, string, Action<JsonObject>, string, string> Contradictions() => new()
    {
        { "destinataire inconnu", Rules, r => Rule(r, 1, 0)["alors"]!["destinataire"] = "adil-modele", "/tables/1/regles/0/alors/destinataire", "organisation inconnue" },
        { "destinataire du repli inconnu", Rules, r => Rule(r, 1, 0)["siInconnu"]!["puis"]!["alors"]!["destinataire"] = "x", "/tables/1/regles/0/siInconnu/puis/alors/destinataire", "organisation inconnue" },
        { "destinataire qui ne reçoit rien", Rules, r => Rule(r, 1, 0)["alors"]!["destinataire"] = "etude-modele-001", "/tables/1/regles/0/alors/destinataire", "ne reçoit rien" },
        { "au titre d'une inconnue", Rules, r => Rule(r, 1, 0)["alors"]!["auTitreDe"] = "ddets", "/tables/1/regles/0/alors/auTitreDe", "organisation inconnue" },
        { "question posée à une inconnue", Rules, r => Rule(r, 1, 0)["siInconnu"]!["demanderA"] = new JsonArray("caf"), "/tables/1/regles/0/siInconnu/demanderA/0", "organisation inconnue" },
        { "type que personne n'envoie", Rules, r => Rule(r, 0, 0)["quand"]!["typeMessage"] = "caf/impaye", "/tables/0/regles/0/quand/typeMessage", "n'envoie ce type" },
        { "commune d'ailleurs", Rules, r => Rule(r, 0, 0)["quand"]!["commune"] = "75101", "/tables/0/regles/0/quand/commune", "étrangère" },
        { "bornes inversées", Rules, r => Rule(r, 0, 0)["quand"]!["moisImpayes"] = new JsonObject { ["auMoins"] = 6, ["auPlus"] = 2 }, "/tables/0/regles/0/quand/moisImpayes", "dépasse" },
        { "quota sans sinon", Rules, r => Rule(r, 0, 0)["quota"] = Quota(), "/tables/0/regles/0/sinon", "non retenus" },
        { "sinon sans quota", Rules, r => Rule(r, 0, 0)["sinon"] = new JsonObject { ["action"] = "attendre" }, "/tables/0/regles/0/sinon", "va avec un quota" },
        { "tirage plus rare que la période", Rules, r => WithQuota(r, q => (q["periode"], q["tirage"]) = ("semaine", "mensuel")), "/tables/0/regles/0/quota/tirage", "plus rare" },
        { "critère en double", Rules, r => WithQuota(r, q => q["cle"] = new JsonArray("dette", "dette")), "/tables/0/regles/0/quota/cle", "deux fois" },
        { "vulnérabilité sans liste", Rules, r => WithQuota(r, q => q["cle"] = new JsonArray("vulnerabilite")), "/tables/0/regles/0/quota/vulnerabilites", "vont ensemble" },
        { "quota sans destinataire", Rules, r => { WithQuota(r, _ => { }); Rule(r, 0, 0)["alors"] = new JsonObject { ["information"] = "texte" }; }, "/tables/0/regles/0/quota", "ne remet rien" },
        { "sinon à une inconnue", Rules, r => { WithQuota(r, _ => { }); Rule(r, 0, 0)["sinon"] = new JsonObject { ["action"] = "remplacer", ["alors"] = Rule(r, 0, 0)["alors"]!.DeepClone() }; Rule(r, 0, 0)["sinon"]!["alors"]!["destinataire"] = "x"; }, "/tables/0/regles/0/sinon/alors/destinataire", "organisation inconnue" },
        { "deux règles du même nom", Rules, r => Rule(r, 1, 1)["id"] = "modele-1", "/tables/1/regles/1/id", "en même temps" },
        { "même nom dans deux tables", Rules, r => Rule(r, 2, 0)["id"] = "modele-1", "/tables/2/regles/0/id", "figure déjà dans la table accompagnement-social" },
        { "règle éteinte sans raison", Rules, r => Rule(r, 0, 0)["active"] = false, "/tables/0/regles/0/active", "dit pourquoi" },
        { "règle qui finit avant de commencer", Rules, r => Rule(r, 0, 0)["valideAu"] = "2025-01-01", "/tables/0/regles/0/valideAu", "précède" },
        { "règles d'un autre territoire", Rules, r => r["territoire"] = "75", "/territoire", "modele" },
        { "code d'un autre territoire", "modele/territoire.json", r => r["code"] = "76", "/code", "modele" },
        { "fuseau inventé", "modele/territoire.json", r => r["fuseau"] = "Europe/Modeleville", "/fuseau", "inconnu" },
        { "commune de deux territoires", "modele/territoire.json", r => r["communes"]![0]!["insee"] = "75101", "/communes/0/insee", "déjà desservie par le territoire 75" },
        { "organisation de deux natures", "modele/partenaires.json", r => r["partenaires"]![3]!["code"] = "adil-75", "/partenaires", "autre nature dans le territoire 75" },
        { "organisation en double", "modele/partenaires.json", r => r["partenaires"]!.AsArray().Add(r["partenaires"]![4]!.DeepClone()), "/partenaires/10/code", "déjà" },
        { "expéditeur sans le rôle", "modele/partenaires.json", r => r["partenaires"]![4]!["envoie"] = new JsonArray("caf/impayes"), "/partenaires/4/roles", "depositaire" },
        { "notice en double", "modele/notices.json", r => r["notices"]![1]!["id"] = "notice-modele-2019", "/notices/1/id", "déjà" },
    };

    private static JsonObject Quota() => new() { ["nombre"] = 10, ["periode"] = "mois", ["tirage"] = "hebdomadaire", ["cle"] = new JsonArray("dette", "anciennete"), ["statut"] = "aVerifier" };

    private static void WithQuota(JsonObject rules, Action<JsonObject> change)
    {
        var quota = Quota();
        change(quota);
        (Rule(rules, 0, 0)["quota"], Rule(rules, 0, 0)["sinon"]) = (quota, new JsonObject { ["action"] = "attendre" });
    }

    [Theory, MemberData(nameof(Contradictions), DisableDiscoveryEnumeration = true)]
    public void A_contradiction_is_refused_at_load(string what, string file, Action<JsonObject> spoil, string pointer, string problem)
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit(file, spoil);

        Told(folder, what, file, pointer, problem);
    }

    [Fact]
    public void A_rule_may_be_replaced_at_a_date_under_its_own_name()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Edit(Rules, r =>
        {
            var successor = Rule(r, 1, 0).DeepClone();
            Rule(r, 1, 0)["valideAu"] = "2026-12-31";
            successor["valideDu"] = "2027-01-01";
            r["tables"]![1]!["regles"]!.AsArray().Add(successor);
        });

        TerritoryCatalogue.Load(folder.Path).All.Count.ShouldBe(4);
    }

    [Fact]
    public void Every_error_of_every_file_is_told_at_once()
    {
        using var folder = DataFolder.Copy(Folder);
        folder.Delete("75/relais.json")
            .Write("75/notices.json", "{")
            .Edit("modele/territoire.json", r => r.Remove("nom"))
            .Edit(Rules, r => { Rule(r, 0, 0)["alors"]!["destinataire"] = "x"; Rule(r, 1, 0)["quand"]!["parcs"] = 1; });

        var e = Should.Throw<TerritoryException>(() => TerritoryCatalogue.Load(folder.Path));

        e.Errors.Select(x => x.File + " " + x.Pointer).ShouldBe(
            ["75/relais.json ", "75/notices.json ", "modele/territoire.json /nom", Rules + " /tables/0/regles/0/alors/destinataire", Rules + " /tables/1/regles/0/quand/parcs"], ignoreOrder: true);
        e.Errors.ShouldAllBe(x => x.Fix.Length > 0);
        e.Message.ShouldContain("75/relais.json : fichier absent");
    }

    [Fact]
    public void A_missing_or_empty_folder_stops_the_load()
    {
        var empty = Directory.CreateTempSubdirectory("eg-territories-");
        Should.Throw<TerritoryException>(() => TerritoryCatalogue.Load(empty.FullName)).Errors.ShouldHaveSingleItem().Problem.ShouldBe("aucun territoire");
        empty.Delete();
        Should.Throw<TerritoryException>(() => TerritoryCatalogue.Load(empty.FullName)).Errors.ShouldHaveSingleItem().Problem.ShouldBe("dossier absent");
    }

    [Fact]
    public async Task The_shipped_files_keep_to_their_schemas()
    {
        foreach (var file in Directory.EnumerateFiles(DataFolder.Shipped(Folder), "*.json", SearchOption.AllDirectories).Where(f => !f.Contains("/schemas/", StringComparison.Ordinal)))
        {
            var (territory, name) = (Path.GetFileName(Path.GetDirectoryName(file))!, Path.GetFileNameWithoutExtension(file));
            var schema = await SchemaOf($"{territory}/{name}.json");
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            schema.Validate(text).ShouldBeEmpty($"{territory}/{name}");
        }
    }

    private static void Told(DataFolder folder, string what, string file, string pointer, string problem)
    {
        var errors = Should.Throw<TerritoryException>(() => TerritoryCatalogue.Load(folder.Path), what).Errors;
        errors.ShouldContain(e => e.File == file && e.Pointer == pointer && (e.Problem + e.Fix).Contains(problem, StringComparison.Ordinal), $"{what}: {string.Join(Environment.NewLine, errors)}");
    }

    private static Task<JsonSchema> SchemaOf(string file) =>
        JsonSchema.FromFileAsync(DataFolder.Shipped($"{Folder}/schemas/{Path.GetFileNameWithoutExtension(file)}.schema.json"), TestContext.Current.CancellationToken);

    private static JsonNode Rule(JsonObject root, int table, int rule) => root["tables"]![table]!["regles"]![rule]!;

    private static string Version(DataFolder folder, string code) =>
        TerritoryCatalogue.Load(folder.Path).TryGet(code, out var territory) ? territory.Version : "";

    private static IEnumerable<Faits> Facts(string type, string commune) =>
        from parc in new[] { null, "prive", "public" }
        from aid in new bool?[] { null, true, false }
        from composition in new[] { null, "familleAvecEnfants", "personneSeule" }
        select new Faits
        {
            Stade = type switch
            {
                "commissaires-de-justice/commandements-de-payer" => "cdp",
                "commissaires-de-justice/assignations" or "instances/dsf" => "assignation",
                "commissaires-de-justice/commandements-de-quitter-les-lieux" => "cql",
                "commissaires-de-justice/requisitions-force-publique" => "rfp",
                "commissaires-de-justice/proces-verbaux-expulsion" => "expulsion",
                "instances/decisions-justice" => "decision",
                "instances/decisions-cfp" => "cfp",
                "banque-de-france/orientations" => "surendettement",
                _ => "impaye",
            },
            Motif = "impayes",
            TypeMessage = type,
            Commune = commune,
            Parc = parc,
            AideAuLogement = aid,
            Composition = composition,
        };
}
