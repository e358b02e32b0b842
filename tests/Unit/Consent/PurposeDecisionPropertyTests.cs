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

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(10_000), Prop.ForAll(Gen.OneOf(requests, named).ToArbitrary(), request =>
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
                        for (var present = 0; present <= (int)CategoryNames.All; present += 37)
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
        kept.ShouldBeGreaterThan(1000);
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

    private sealed class Oracle
    {
        private readonly List<JsonElement> _files;
        private readonly string _prevails;

        public Oracle(string folder)
        {
            _files = [.. Directory.GetFiles(folder, "P*.json").Select(f => JsonDocument.Parse(File.ReadAllBytes(f)).RootElement)];
            _prevails = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "commun-2026-01-01.json"))).RootElement
                .GetProperty("parametres").GetProperty("accordEtObligationLegale").GetProperty("regle").GetString()!;
        }

        public IEnumerable<(string Id, string Sender, MessageType Type, string? Title, string Recipient)> Paths() =>
            from f in _files
            from d in f.GetProperty("deposants").EnumerateArray()
            from t in d.GetProperty("types").EnumerateArray()
            from r in f.GetProperty("destinataires").EnumerateArray()
            let sender = d.GetProperty("nature").GetString()!
            let parts = t.GetString()!.Split('/')
            let recipient = r.GetProperty("nature").GetString()!
            select (f.GetProperty("id").GetString()!, sender, new MessageType(parts[0], parts[1]), Title(f, r), recipient == "deposant" ? sender : recipient);

        public string Disclose(DisclosureRequest q)
        {
            foreach (var f in _files)
            {
                if (f.GetProperty("id").GetString() != q.PurposeId || !Current(f, q.Instant) || !Runs(f, q.Mode) || !Takes(f, q.SenderNature, q.MessageType))
                    continue;
                if (q.SubjectRestricted)
                    return "refus";
                if (f.TryGetProperty("territoires", out var places) && !Words(places).Contains(q.Territory))
                    return "refus";
                var entries = f.GetProperty("destinataires").EnumerateArray()
                    .Where(r => Title(f, r) == q.OnBehalfOfNature && Concerns(r, q.MessageType))
                    .Where(r => r.GetProperty("nature").GetString() is { } n && (n == "deposant" ? q.RecipientNature == q.SenderNature : n == q.RecipientNature))
                    .Where(r => q.RecipientRole is null || Words(r.GetProperty("roles")).Contains(q.RecipientRole))
                    .ToList();
                var asked = q.Requested.ToNames();
                var given = asked.Where(c => entries.Any(r => Words(r.GetProperty("categories")).Contains(c) && Covered(f, r, c, q))).ToList();
                var statusOnly = asked.Count == 0 && entries.Count > 0 && entries.All(r => Words(r.GetProperty("categories")).Count == 0);
                if (given.Count > 0 || (statusOnly && entries.Any(r => !Asks(f, r) || q.Consent == ConsentState.Granted)))
                    return $"permis {Name(f)} {Number(given)}";
                var waiting = entries.FirstOrDefault(r => Asks(f, r) && (statusOnly || Words(r.GetProperty("categories")).Overlaps(asked)));
                return waiting.ValueKind != JsonValueKind.Undefined && q.Consent == ConsentState.Unknown ? "retenu " + Accord(f, waiting).GetProperty("preuve").GetString() : "refus";
            }
            return "refus";
        }

        public string Deposit(DepositRequest q)
        {
            foreach (var f in _files)
            {
                if (!f.GetProperty("destinataires").EnumerateArray().Any(r => Title(f, r) is null && Concerns(r, q.MessageType)) || !Current(f, q.Instant) || !Runs(f, q.Mode) || !Takes(f, q.SenderNature, q.MessageType))
                    continue;
                var known = f.GetProperty("destinataires").EnumerateArray().SelectMany(r => Words(r.GetProperty("categories"))).ToHashSet(StringComparer.Ordinal);
                var kept = q.Present.ToNames().Where(known.Contains).ToList();
                if (Flag(f.GetProperty("consentement"), "nommeLesCategories"))
                    kept = q.Consent == ConsentState.Granted ? kept.FindAll(q.Named.ToNames().Contains) : [];
                return kept.Count == 0 ? "refus" : $"permis {Name(f)} {Number(kept)}";
            }
            return "refus";
        }

        private static string? Title(JsonElement file, JsonElement recipient) =>
            (recipient.TryGetProperty("auTitreDe", out var own) ? own : file.GetProperty("auTitreDe")).GetString();

        private static bool Concerns(JsonElement recipient, MessageType type) =>
            !recipient.TryGetProperty("types", out var types) || Words(types).Contains($"{type.Partner}/{type.Name}");

        private static JsonElement Accord(JsonElement file, JsonElement recipient) =>
            recipient.TryGetProperty("accord", out var own) ? own : file.GetProperty("consentement");

        private bool Asks(JsonElement file, JsonElement recipient) => Accord(file, recipient).GetProperty("requis").GetBoolean() && !Prevails(file, "toutTransmettre");

        /// <summary>The setting speaks only of transmissions that a text orders; its own file is in force since 2026.</summary>
        private bool Prevails(JsonElement file, string rule) =>
            _prevails == rule && file.GetProperty("baseLegale").GetProperty("article").GetString() == "6-1-c";

        private static bool Flag(JsonElement node, string name) => node.TryGetProperty(name, out var value) && value.GetBoolean();

        private bool Covered(JsonElement file, JsonElement recipient, string category, DisclosureRequest q)
        {
            if (!Asks(file, recipient))
                return true;
            var accord = Accord(file, recipient);
            if (q.Consent == ConsentState.Granted)
                return !Flag(accord, "nommeLesCategories") || q.Named.ToNames().Contains(category);
            return !Prevails(file, "rienSansAccord") && accord.TryGetProperty("sinon", out var without) && Words(without).Contains(category);
        }

        private static bool Current(JsonElement f, DateTimeOffset instant)
        {
            // France: two hours ahead in summer, one in winter; the instants tried are clear of the changes.
            var day = instant.UtcDateTime.AddHours(instant.UtcDateTime.Month is > 3 and < 11 ? 2 : 1).ToString("yyyy-MM-dd");
            var end = f.GetProperty("valideAu").GetString() ?? "9999-12-31";
            return string.CompareOrdinal(f.GetProperty("valideDu").GetString(), day) <= 0 && string.CompareOrdinal(day, end) <= 0;
        }

        private static bool Runs(JsonElement f, OperatingMode mode) =>
            mode == OperatingMode.Demonstration || f.GetProperty("conservation").EnumerateObject().All(c => c.Value.GetProperty("duree").GetString() != "dureeAFixer");

        private static bool Takes(JsonElement f, string sender, MessageType type) =>
            f.GetProperty("deposants").EnumerateArray().Any(d => d.GetProperty("nature").GetString() == sender && Words(d.GetProperty("types")).Contains($"{type.Partner}/{type.Name}"));

        private static HashSet<string> Words(JsonElement list) => [.. list.EnumerateArray().Select(w => w.GetString()!)];

        private static string Name(JsonElement f) => $"{f.GetProperty("id").GetString()}-{f.GetProperty("valideDu").GetString()}";

        private static int Number(IEnumerable<string> names) =>
            names.Sum(n => 1 << Array.IndexOf(["identite", "adresse", "contact", "menage", "ressources", "dette", "bail", "acte", "decision", "surendettement", "social", "sante"], n));
    }
}
