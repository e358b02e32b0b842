using System.Globalization;
using System.Text.Json.Nodes;
using Bogus;
using ExchangeGateway.Partners.Messages;
using ExchangeGateway.Partners.Synthetic;

namespace ExchangeGateway.Partners.Demonstration;

/// <summary>
/// A month of Paris and of the model département: a CAF file of 500 notices, an office's 200 commandements, 120 notices of a
/// social landlord, 20 orientations of the Banque de France, with a declared share of faults. The same for the same seed and
/// date. Each message says what must become of it.
/// </summary>
public sealed class Scenario
{
    private const string CafType = "caf/impayes", CdpType = "commissaires-de-justice/commandements-de-payer", BailleurType = "bailleurs/impayes", BdfType = "banque-de-france/orientations";

    private readonly Randomizer _random;
    private readonly HouseholdGenerator _paris;
    private readonly HouseholdGenerator _model;
    private readonly Territory _parisTerritory;
    private readonly Territory _modelTerritory;
    private readonly DateOnly _today;
    private readonly double _scale;
    private readonly int _seed;

    private Scenario(int seed, double scale, DateOnly today, Territory paris, Territory model)
    {
        (_seed, _scale, _today, _parisTerritory, _modelTerritory) = (seed, scale, today, paris, model);
        _random = new Randomizer(seed);
        _paris = new(seed, paris, today);
        _model = new(seed + 1, model, today);
    }

    /// <param name="scale">Multiplies the numbers of messages; at least 0.05.</param>
    /// <param name="today">Date of the sending: acts and arrears lie before it.</param>
    public static IReadOnlyList<Sending> Build(int seed, double scale, DateOnly today, Territory paris, Territory model) =>
        new Scenario(seed, scale, today, paris, model).Build();

    private List<Sending> Build()
    {
        // Households known to several senders: one dossier each at the secretariat.
        var byThree = Many(15, () => _paris.Next("public", aided: true));
        var byTwo = Many(30, () => _paris.Next("prive", aided: true));

        var notices = byThree.Concat(byTwo).Select(h => (Household: h, Fault: "plusieurs expéditeurs"))
            .Concat(Many(500 - 45, () => (Household: _paris.Next(aided: true), Fault: "")))
            .Select((n, i) => Caf(n.Household, "75", "751", i % 10 == 0 ? "téléphone manquant" : n.Fault, phone: i % 10 != 0)).ToList();
        SpoilCaf(notices, byThree.Count + byTwo.Count);

        var acts = byTwo.Concat(byThree).Select(h => Commandement(h, "75", "plusieurs expéditeurs"))
            .Concat(Many(200 - 45, () => Commandement(_paris.Next(_random.Bool(0.85f) ? "prive" : "public"), "75", ""))).ToList();
        var shuffled = _random.Shuffle(acts).ToList();
        var cut = shuffled.Count * 3 / 5;
        var oneByOne = shuffled[..cut];
        var batch = shuffled[cut..];
        SpoilCdp(oneByOne);
        SpoilCdp(batch);

        var landlord = byThree.Select(h => Bailleur(h, "75", "plusieurs expéditeurs"))
            .Concat(Many(120 - 15, () => Bailleur(_paris.Next("public"), "75", ""))).ToList();
        Replace(landlord, 0, m => m.Content["dette"]!.AsObject().Remove("charges"), "charges absentes", "schema-invalide");
        Replace(landlord, 1, m => m.Content["personnes"]![0]!["nomUsage"] = "n° " + InventedNir(), "NIR", "nir-interdit");
        landlord.Add(Repeat(landlord[^1]));

        var orientations = Many(20, () => Orientation(_paris.Next(), _random.Bool(0.75f)));
        Replace(orientations, 0, m => m.Content["surendettement"]!["deposeLe"] = ImpossibleDate(), "date impossible", "schema-invalide");

        return
        [
            new("caf-75", CafType, Channel.Csv, notices),
            new("etude-75-001", CdpType, Channel.OneByOne, oneByOne),
            new("etude-75-001", CdpType, Channel.Ndjson, batch),
            new("bailleur-75-001", BailleurType, Channel.OneByOne, landlord),
            new("bdf-75", BdfType, Channel.OneByOne, orientations),
            .. Model(),
            .. OutOfReach(),
        ];
    }

    /// <summary>The model département, whose table D1 needs the aid and the composition.</summary>
    private List<Sending> Model()
    {
        var notices = Many(16, () => Caf(_model.Next(composition: "familleAvecEnfants", aided: true), "modele", "999", "", phone: true))
            .Concat(Many(10, () => Caf(_model.Next(composition: "coupleSansEnfant", aided: true), "modele", "999", "", phone: true)))
            .Concat(Many(10, () => Caf(_model.Next(composition: "personneSeule", aided: true), "modele", "999", "", phone: false)))
            .Concat(Many(4, () => WithoutComposition(Caf(_model.Next(aided: true), "modele", "999", "composition inconnue", phone: true)))).ToList();
        Replace(notices, 0, m => m.Content["logement"]!["codePostal"] = "100", "zéros perdus par le tableur", "schema-invalide");
        return
        [
            new("caf-modele", CafType, Channel.Csv, notices),
            new("etude-modele-001", CdpType, Channel.OneByOne, Many(12, () => Commandement(_model.Next("prive", aided: false), "modele", ""))),
            new("bailleur-modele-001", BailleurType, Channel.OneByOne, Many(10, () => Bailleur(_model.Next("public"), "modele", ""))),
        ];
    }

    /// <summary>Households of private landlords that did not come to the diagnosis: the city's social service asks for the mobile team, whose rule has a quota.</summary>
    private List<Sending> OutOfReach()
    {
        var households = Many(12, () => _paris.Next("prive"));
        return
        [
            new("dsf-75", "instances/dsf", Channel.OneByOne,
                [.. households.Select(h => new DemoMessage(MessageWriter.Absence(h, _today.AddDays(-_random.Int(5, 30)), _today.AddDays(60)), Key(h), "ménage absent au diagnostic",
                    new("accepte", null, [new("ccapex-75", "P6"), new("tribunal-75", "P6")])))]),
            new("ville-75", "instances/saisines-ccapex", Channel.OneByOne,
                [.. households.Select(h => new DemoMessage(MessageWriter.Saisine(h, _today.AddDays(-_random.Int(1, 4))), Key(h), "équipe mobile, sous quota",
                    new("accepte", null, [new("ccapex-75", "P4")], Drawn: true)))]),
        ];
    }

    /// <summary>What the model département's rules wait for, the CAF is asked.</summary>
    private static Arrival Question => new("caf-modele", "P14");

    private DemoMessage Caf(Household h, string territory, string code, string fault, bool phone)
    {
        var content = MessageWriter.Caf(h, code, _today.AddDays(-_random.Int(1, 40)), phone);
        var social = territory == "75" ? "caf-75" : h.Composition == "familleAvecEnfants" ? "caf-modele" : "departement-modele";
        return new(content, Key(h), fault, new("accepte", null, [new("ccapex-" + territory, "P3"), new(social, "P4")]));
    }

    private static DemoMessage WithoutComposition(DemoMessage message)
    {
        message.Content.Remove("menage");
        return message with { Expected = message.Expected with { Arrivals = [message.Expected.Arrivals[0], Question], Held = true } };
    }

    private DemoMessage Commandement(Household h, string territory, string fault)
    {
        var place = territory == "75" ? _parisTerritory : _modelTerritory;
        var motif = fault.Length == 0 && _random.Bool(0.1f) ? OtherMotive() : "impayes";
        var old = _random.Double() < PublishedFigures.OldNotices;
        var notice = old ? place.OldNotice : _random.Bool(0.05f) ? null : place.CurrentNotice;
        var content = MessageWriter.Commandement(h, $"CDP-{_seed}-{h.NumeroAllocataire}", _today.AddDays(-_random.Int(1, 25)), motif, notice, _random.Bool(0.8f), _random.Bool(0.08f) ? "pv659" : "etude");
        List<Arrival> arrivals = [new("ccapex-" + territory, "P1")];
        var held = false;
        if (territory == "75" && h.Bail.Parc == "prive")
        {
            arrivals.Add(new("adil-75", "P2"));
        }
        else if (territory == "modele")
        {
            // Half of the acts say that no aid is received; the others cannot know it.
            held = motif != "impayes" || _random.Bool();
            if (!held)
            {
                content["dette"]!["natureAide"] = "aucune";
                arrivals.Add(new("departement-modele", "P4"));
            }
            else
            {
                arrivals.Add(Question);
            }
        }
        fault = motif != "impayes" ? "sans dette" : old ? (fault + " notice ancienne").Trim() : fault;
        return new(content, Key(h), fault, new("accepte", null, arrivals, held));
    }

    private DemoMessage Bailleur(Household h, string territory, string fault)
    {
        List<Arrival> arrivals = [new("ccapex-" + territory, "P12")];
        // A landlord does not know the composition: an aided household waits for the CAF's answer.
        if (territory == "modele")
            arrivals.Add(h.NatureAide == "aucune" ? new("departement-modele", "P4") : Question);
        return new(MessageWriter.Bailleur(h, _today.AddDays(-3), _random.Bool(0.7f)), Key(h), fault,
            new("accepte", null, arrivals, Held: territory == "modele" && h.NatureAide != "aucune"));
    }

    private DemoMessage Orientation(Household h, bool debt) =>
        new(MessageWriter.Orientation(h, $"BDF-{_seed}-{h.NumeroAllocataire}", _today.AddDays(-_random.Int(70, 150)), _random.Bool(0.6f), debt), Key(h), debt ? "" : "sans dette",
            new("accepte", null, [new("ccapex-75", "P7")]));

    /// <summary>One in a hundred with an impossible date, one with a NIR, two sent twice; one for a dwelling elsewhere.</summary>
    private void SpoilCaf(List<DemoMessage> notices, int first)
    {
        var each = Math.Max(1, notices.Count / 100);
        for (var i = 0; i < each; i++)
        {
            Replace(notices, first + 2 * i, m => m.Content["dette"]!["dateConstitution"] = ImpossibleDate(), "date impossible", "schema-invalide");
            Replace(notices, first + 2 * i + 1, m => m.Content["numeroAllocataire"] = InventedNir().Replace(" ", "", StringComparison.Ordinal), "NIR", "nir-interdit");
        }
        for (var i = 0; i < 2 * each; i++)
            notices.Add(Repeat(notices[^(2 * each + 1)]));
        notices.Add(Elsewhere(notices[first - 1]));
    }

    private void SpoilCdp(List<DemoMessage> acts)
    {
        if (acts.FindIndex(a => a.Fault.Length == 0) is >= 0 and var first)
            Replace(acts, first, m => m.Content["acte"]!["signifieLe"] = ImpossibleDate(), "date impossible", "schema-invalide");
        if (acts.FindIndex(a => a.Fault.Length == 0) is >= 0 and var second)
            Replace(acts, second, m => m.Content["etude"]!["contact"] = InventedNir(), "NIR", "nir-interdit");
        acts.Add(Repeat(acts[^1]));
    }

    private static void Replace(List<DemoMessage> messages, int index, Action<DemoMessage> spoil, string fault, string refusal)
    {
        var spoiled = messages[index] with { Content = messages[index].Content.DeepClone().AsObject(), Fault = fault, Expected = Expectation.Refused(refusal) };
        spoil(spoiled);
        messages[index] = spoiled;
    }

    private static DemoMessage Repeat(DemoMessage message) => message with { Fault = "envoi en double", Expected = message.Expected.Again() };

    private static DemoMessage Elsewhere(DemoMessage message)
    {
        var content = message.Content.DeepClone().AsObject();
        content["numeroAllocataire"] = "7";
        content["logement"]!["codePostal"] = "69003";
        content["logement"]!["codeCommune"] = "69383";
        content["logement"]!["commune"] = "Lyon 3e Arrondissement";
        return new(content, "", "territoire non servi", Expectation.Refused("territoire-non-servi"));
    }

    private string OtherMotive() =>
        _random.WeightedRandom(
            [.. PublishedFigures.OtherMotives.Select(m => m.Motif)],
            [.. PublishedFigures.OtherMotives.Select(m => (float)m.Count / PublishedFigures.OtherMotives.Sum(o => o.Count))]);

    private string ImpossibleDate() => string.Create(CultureInfo.InvariantCulture, $"{_today.Year}-02-30");

    /// <summary>A number with the structure and the key of a NIR; commune 999 of département 78 does not exist.</summary>
    private string InventedNir()
    {
        var number = long.Parse(string.Create(CultureInfo.InvariantCulture, $"{_random.Int(1, 2)}{_random.Int(50, 99)}{_random.Int(1, 12):00}78999{_random.Int(1, 999):000}"), CultureInfo.InvariantCulture);
        var text = string.Create(CultureInfo.InvariantCulture, $"{number}{97 - number % 97:00}");
        return $"{text[0]} {text[1..3]} {text[3..5]} {text[5..7]} {text[7..10]} {text[10..13]} {text[13..]}";
    }

    private static string Key(Household h) => h.NumeroAllocataire;

    private List<T> Many<T>(int count, Func<T> make) => [.. Enumerable.Range(0, Math.Max(1, (int)Math.Round(count * _scale))).Select(_ => make())];
}
