using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeGateway.Consent;
using ExchangeGateway.Schemas;
using FsCheck;
using FsCheck.Fluent;

namespace ExchangeGateway.Unit.Consent;

/// <summary>The decision against an oracle that reads the JSON files themselves and shares no type with the register.</summary>
public sealed class PurposeDecisionPropertyTests
{
#if MUTATION
    // Run again for each of hundreds of faults: fewer cases, of the same kinds.
    private const int Stride = 407, Cases = 1_000;
#else
    private const int Stride = 37, Cases = 10_000;
#endif

    private static readonly string[] Ids = [.. Enumerable.Range(1, 17).Select(n => "P" + n), ""];
    private static readonly string[] Senders = [.. PartnerNatures.All, "deposant", ""];
    private static readonly string?[] Titles = [null, "ccapex", "prefet", "departement", "adil", "commissaire-de-justice"];
    private static readonly string?[] Roles = [null, "depositaire", "instructeur", "secretariat", "autorite", "dpo"];
    private static readonly MessageType[] Types =
    [
        new("commissaires-de-justice", "commandements-de-payer"), new("commissaires-de-justice", "assignations"),
        new("commissaires-de-justice", "commandements-de-quitter-les-lieux"), new("commissaires-de-justice", "requisitions-force-publique"),
        new("commissaires-de-justice", "proces-verbaux-expulsion"), new("caf", "impayes"), new("caf", "saisines-ccapex"), new("bailleurs", "impayes"),
        new("bailleurs", "saisines-ccapex"), new("banque-de-france", "orientations"), new("instances", "saisines-ccapex"), new("instances", "dsf"),
        new("instances", "decisions-justice"), new("instances", "decisions-cfp"), new("instances", "suivis"), new("instances", "reponses"), new("allo-prevention-expulsion", "orientations"), default,
    ];
    private static readonly DateTimeOffset[] Instants =
        [.. new[] { "2025-12-31T22:59:59Z", "2025-12-31T23:00:00Z", "2026-06-30T21:59:59Z", "2026-06-30T22:00:00Z", "2026-11-20T09:00:00Z" }.Select(t => DateTimeOffset.Parse(t, System.Globalization.CultureInfo.InvariantCulture))];

#if !MUTATION
    [Fact]
    public void Every_single_category_is_given_exactly_where_the_files_say_so()
    {
        using var folder = DataFolder.Copy("consent/finalites");
        var register = PurposeRegister.Load(folder.Path);
        var oracle = new Oracle(folder.Path);
        var permitted = 0;
        foreach (var id in Ids)
            foreach (var sender in Senders)
                foreach (var recipient in Senders)
                    foreach (var type in Types)
                        foreach (var title in Titles)
                        {
                            var all = new DisclosureRequest(id, sender, type, title, recipient, null, "75", CategoryNames.All, false, ConsentState.Granted, Instants[4], OperatingMode.Demonstration, CategoryNames.All);
                            var asked = Agree(all) ? CategoryNames.All.Each().Append(Categories.None) : [Categories.None];
                            permitted += asked.Count(category => Agree(all with { Requested = category }));
                        }
        // Counted by hand from domain tables: categories × (sender, type) pairs × recipients, plus the states of P11 and the files' ways back.
        permitted.ShouldBe(
            6 + 6 + (7 * 4) + ((9 * 15 * 5) + (8 * 5)) + (6 + 6 + 9) + (2 * (9 + 9)) + 5 + (5 * (5 + 5)) + ((8 * 9) + (8 * 5) + 3) + 27 + (5 * 2 * 3)
            + (2 * 2) + ((2 * 11 * 4) + (4 * 4)) + (11 * 4)
            // The ADIL's follow-ups to the CCAPEX (P9), what a CAF or an MSA learns of its own household (P16), and studies (P17).
            + 3 + (2 * 2) + (4 * 4));

        bool Agree(DisclosureRequest request)
        {
            var decision = Say(PurposeDecision.MayDisclose(register, request));
            if (decision != oracle.Disclose(request))
                decision.ShouldBe(oracle.Disclose(request), request.ToString());
            return decision.StartsWith("permis", StringComparison.Ordinal);
        }
    }
#endif

    [Theory]
    [InlineData("partieObligatoire")]
    [InlineData("toutTransmettre")]
    [InlineData("rienSansAccord")]
    public void Any_request_is_decided_as_the_files_say_also_when_versions_follow_each_other(string prevails)
    {
        using var folder = Dated();
        folder.Edit("commun-2026-01-01.json", r => r["parametres"]!["accordEtObligationLegale"]!["regle"] = prevails);
        var register = PurposeRegister.Load(folder.Path);
        var oracle = new Oracle(folder.Path);
        var requests =
            from id in Gen.Elements(Ids)
            from sender in Gen.Elements(Senders)
            from type in Gen.Elements(Types)
            from title in Gen.Elements(Titles)
            from recipient in Gen.Elements(Senders)
            from role in Gen.Elements(Roles)
            from territory in Gen.Elements("75", "modele")
            from categories in Gen.Choose(0, (int)CategoryNames.All)
            from restricted in Gen.Elements(false, false, false, true)
            from consent in Gen.Elements(Enum.GetValues<ConsentState>())
            from instant in Gen.Elements(Instants)
            from mode in Gen.Elements(OperatingMode.Demonstration, OperatingMode.Demonstration, OperatingMode.Production)
            from agreed in Gen.Choose(0, (int)CategoryNames.All)
            select new DisclosureRequest(id, sender, type, title, recipient, role, territory, (Categories)categories, restricted, consent, instant, mode, (Categories)agreed);
        // Nearly every random request is denied: half of them start from one that the files name.
        var named =
            from request in requests
            from path in Gen.Elements(oracle.Paths().ToArray())
            select request with { PurposeId = path.Id, SenderNature = path.Sender, MessageType = path.Type, OnBehalfOfNature = path.Title, RecipientNature = path.Recipient };

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases), Prop.ForAll(Gen.OneOf(requests, named).ToArbitrary(), request =>
            Say(PurposeDecision.MayDisclose(register, request)) == oracle.Disclose(request)));
    }

    [Fact]
    public void Any_deposit_is_decided_as_the_files_say()
    {
        using var folder = Dated();
        var register = PurposeRegister.Load(folder.Path);
        var oracle = new Oracle(folder.Path);
        var kept = 0;
        foreach (var sender in Senders)
            foreach (var type in Types)
                foreach (var instant in Instants)
                    foreach (var mode in Enum.GetValues<OperatingMode>())
                        for (var present = 0; present <= (int)CategoryNames.All; present += Stride)
                        {
                            var request = new DepositRequest(sender, type, (Categories)present, instant, mode, (ConsentState)(present % 4), (Categories)(present / 2));
                            var decision = PurposeDecision.MayDeposit(register, request) switch
                            {
                                DepositDecision.Permit p => $"permis {p.PurposeVersion} {(int)p.Categories}",
                                DepositDecision.Deny => "refus",
                                _ => throw new InvalidOperationException(),
                            };
                            if (decision != oracle.Deposit(request))
                                decision.ShouldBe(oracle.Deposit(request), request.ToString());
                            kept += decision == "refus" ? 0 : 1;
                        }
        kept.ShouldBeGreaterThan(100);
    }

    /// <summary>P1 narrows on 1 July 2026, P12 ends on 30 June and rests on an agreement that names what may be given, P2 is for Paris and signed, P3 has one category by role.</summary>
    private static DataFolder Dated()
    {
        var folder = DataFolder.Copy("consent/finalites");
        folder.Edit("P1-2026-01-01.json", r => r["valideAu"] = "2026-06-30");
        folder.Write("P1-2026-07-01.json", folder.Read("P1-2026-01-01.json")).Edit("P1-2026-07-01.json", r =>
        {
            r["valideDu"] = "2026-07-01";
            r["valideAu"] = null;
            r["destinataires"]![0]!["categories"] = new JsonArray("identite", "acte");
            r["conservation"] = new JsonObject { ["identite"] = new JsonObject { ["duree"] = "dureeAFixer" }, ["acte"] = new JsonObject { ["duree"] = "P90D", ["source"] = "texte" } };
        });
        folder.Edit("P12-2026-01-01.json", r =>
        {
            r["valideAu"] = "2026-06-30";
            r["consentement"] = new JsonObject { ["requis"] = true, ["preuve"] = "accordPersonne", ["nommeLesCategories"] = true };
        });
        folder.Edit("P2-2026-01-01.json", r =>
        {
            r["territoires"] = new JsonArray("75");
            PurposeRegisterTests.Sign(r);
        });
        folder.Edit("P3-2026-01-01.json", r =>
        {
            r["destinataires"]![0]!["roles"] = new JsonArray("secretariat");
            r["destinataires"]!.AsArray().Add(new JsonObject { ["nature"] = "ccapex", ["roles"] = new JsonArray("autorite"), ["categories"] = new JsonArray("dette") });
        });
        return folder;
    }

    private static string Say(DisclosureDecision decision) => decision switch
    {
        DisclosureDecision.Permit p => $"permis {p.PurposeVersion} {(int)p.Categories}",
        DisclosureDecision.Hold h => "retenu " + h.Missing,
        DisclosureDecision.Deny => "refus",
        _ => throw new InvalidOperationException(),
    };

    /// <summary>One file, as its JSON says, in sets and masks: it is asked a million times.</summary>
    private sealed record Rules(
        string Id, string Name, string From, string To, bool Runs, HashSet<(string Sender, string? Partner, string? Type)> Takes, HashSet<string>? Places, bool NamesCategories, IReadOnlyList<Entry> Entries);

    private sealed record Entry(string Nature, string? Title, HashSet<(string? Partner, string? Type)>? Types, HashSet<string> Roles, int Categories, bool Asks, string? Proof, bool Names, int Without)
    {
        public bool Concerns(MessageType type) => Types?.Contains((type.Partner, type.Name)) ?? true;

        public int Covered(DisclosureRequest q) => !Asks ? ~0 : q.Consent == ConsentState.Granted ? (Names ? (int)q.Named : ~0) : Without;
    }

    private sealed class Oracle
    {
        private static readonly string[] Categories = ["identite", "adresse", "contact", "menage", "ressources", "dette", "bail", "acte", "decision", "surendettement", "social", "sante"];

        // France: two hours ahead in summer, one in winter; the instants tried are clear of the changes.
        private static readonly Dictionary<DateTimeOffset, string> Days = Instants.ToDictionary(i => i, i => i.UtcDateTime.AddHours(i.UtcDateTime.Month is > 3 and < 11 ? 2 : 1).ToString("yyyy-MM-dd"));

        private readonly List<Rules> _files;

        public Oracle(string folder)
        {
            var prevails = Read(Path.Combine(folder, "commun-2026-01-01.json")).GetProperty("parametres").GetProperty("accordEtObligationLegale").GetProperty("regle").GetString()!;
            _files = [.. Directory.GetFiles(folder, "P*.json").Select(Read).Select(f => Of(f, prevails))];
        }

        public IEnumerable<(string Id, string Sender, MessageType Type, string? Title, string Recipient)> Paths() =>
            from f in _files
            from t in f.Takes
            from e in f.Entries
            select (f.Id, t.Sender, new MessageType(t.Partner!, t.Type!), e.Title, e.Nature == "deposant" ? t.Sender : e.Nature);

        public string Disclose(DisclosureRequest q)
        {
            if (Valid(q.SenderNature, q.MessageType, q.Instant, q.Mode).FirstOrDefault(f => f.Id == q.PurposeId) is not { } file)
                return "refus";
            if (q.SubjectRestricted || file.Places?.Contains(q.Territory) == false)
                return "refus";
            var entries = file.Entries
                .Where(e => e.Title == q.OnBehalfOfNature && e.Concerns(q.MessageType))
                .Where(e => e.Nature == "deposant" ? q.RecipientNature == q.SenderNature : e.Nature == q.RecipientNature)
                .Where(e => q.RecipientRole is null || e.Roles.Contains(q.RecipientRole))
                .ToList();
            var asked = (int)q.Requested;
            var given = entries.Aggregate(0, (sum, e) => sum | (asked & e.Categories & e.Covered(q)));
            var statusOnly = asked == 0 && entries.Count > 0 && entries.TrueForAll(e => e.Categories == 0);
            if (given != 0 || (statusOnly && entries.Exists(e => !e.Asks || q.Consent == ConsentState.Granted)))
                return $"permis {file.Name} {given}";
            return entries.Find(e => e.Asks && (statusOnly || (e.Categories & asked) != 0)) is { } waiting && q.Consent == ConsentState.Unknown ? "retenu " + waiting.Proof : "refus";
        }

        public string Deposit(DepositRequest q)
        {
            if (Valid(q.SenderNature, q.MessageType, q.Instant, q.Mode).FirstOrDefault(f => f.Entries.Any(e => e.Title is null && e.Concerns(q.MessageType))) is not { } file)
                return "refus";
            var kept = (int)q.Present & file.Entries.Aggregate(0, (sum, e) => sum | e.Categories);
            if (file.NamesCategories)
                kept = q.Consent == ConsentState.Granted ? kept & (int)q.Named : 0;
            return kept == 0 ? "refus" : $"permis {file.Name} {kept}";
        }

        private IEnumerable<Rules> Valid(string sender, MessageType type, DateTimeOffset instant, OperatingMode mode) =>
            _files.Where(f => f.Takes.Contains((sender, type.Partner, type.Name)) && (f.Runs || mode == OperatingMode.Demonstration)
                && string.CompareOrdinal(f.From, Days[instant]) <= 0 && string.CompareOrdinal(Days[instant], f.To) <= 0);

        private static Rules Of(JsonElement f, string prevails)
        {
            // The setting speaks only of transmissions that a text orders; its own file is in force since 2026.
            var rule = f.GetProperty("baseLegale").GetProperty("article").GetString() == "6-1-c" ? prevails : "";
            var from = f.GetProperty("valideDu").GetString()!;
            return new(
                f.GetProperty("id").GetString()!, $"{f.GetProperty("id").GetString()}-{from}", from, f.GetProperty("valideAu").GetString() ?? "9999-12-31",
                f.GetProperty("conservation").EnumerateObject().All(c => c.Value.GetProperty("duree").GetString() != "dureeAFixer"),
                [.. f.GetProperty("deposants").EnumerateArray().SelectMany(d => Types(d.GetProperty("types")).Select(t => (d.GetProperty("nature").GetString()!, t.Partner, t.Type)))],
                f.TryGetProperty("territoires", out var places) ? Words(places) : null,
                Flag(f.GetProperty("consentement"), "nommeLesCategories"),
                [.. f.GetProperty("destinataires").EnumerateArray().Select(r => EntryOf(f, r, rule))]);
        }

        private static Entry EntryOf(JsonElement f, JsonElement r, string rule)
        {
            var accord = r.TryGetProperty("accord", out var own) ? own : f.GetProperty("consentement");
            return new(
                r.GetProperty("nature").GetString()!, (r.TryGetProperty("auTitreDe", out var title) ? title : f.GetProperty("auTitreDe")).GetString(),
                r.TryGetProperty("types", out var types) ? Types(types) : null, Words(r.GetProperty("roles")), Mask(r.GetProperty("categories")),
                accord.GetProperty("requis").GetBoolean() && rule != "toutTransmettre", accord.TryGetProperty("preuve", out var proof) ? proof.GetString() : null,
                Flag(accord, "nommeLesCategories"), rule != "rienSansAccord" && accord.TryGetProperty("sinon", out var without) ? Mask(without) : 0);
        }

        private static JsonElement Read(string path) => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;

        private static bool Flag(JsonElement node, string name) => node.TryGetProperty(name, out var value) && value.GetBoolean();

        private static HashSet<(string? Partner, string? Type)> Types(JsonElement list) =>
            [.. Words(list).Select(w => w.Split('/')).Select(w => ((string?)w[0], (string?)w[1]))];

        private static HashSet<string> Words(JsonElement list) => [.. list.EnumerateArray().Select(w => w.GetString()!)];

        private static int Mask(JsonElement list) => Words(list).Sum(w => 1 << Array.IndexOf(Categories, w));
    }
}
