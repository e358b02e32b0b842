using ExchangeGateway.Partners.Messages;
using ExchangeGateway.Partners.Synthetic;

namespace ExchangeGateway.Benchmarks.Distribution;

/// <summary>One message, and the deliveries that the territory's rules owe for it.</summary>
/// <param name="Sender">Code of the organisation.</param>
/// <param name="Path">Of its type: <c>/v1/caf/impayes</c>.</param>
/// <param name="Owed">Recipient and purpose, as <c>ccapex-75 P3</c>.</param>
internal sealed record Letter(string Sender, string Path, byte[] Body, IReadOnlyList<string> Owed);

/// <summary>
/// What four senders of two départements write about invented households: an office's commandements and a caisse's and a
/// landlord's notices in the twenty arrondissements of Paris, a caisse's notices in seventeen communes of Isère. Every
/// message is of another household, but one commandement in five, whose household the caisse of Paris has signalled too.
/// </summary>
internal sealed class Mail(int seed, DateOnly today)
{
    private const string Office = "etude-75-001", Paris = "caf-75", Landlord = "bailleur-75-001", Isere = "caf-38";

    private static readonly string Folder = Territory.FindFolder() ?? throw new InvalidOperationException("ops/territories was not found above this program.");
    private static readonly Territory IsereTerritory = Territory.Read(Folder, "38");

    private readonly HouseholdGenerator _paris = new(seed, Territory.Paris, today);
    private readonly HouseholdGenerator _isere = new(seed + 1, IsereTerritory, today);
    private readonly Queue<Household> _known = new();
    private long _written;

    public static IReadOnlyList<string> Senders { get; } = [Office, Paris, Landlord, Isere];

    /// <summary>The organisations that these messages go to, with the role in which their machine reads.</summary>
    public static IReadOnlyList<(string Code, string Role)> Recipients { get; } =
        [("ccapex-75", "secretariat"), ("adil-75", "instructeur"), (Paris, "instructeur"), ("ccapex-38-nord", "secretariat"), ("ccapex-38-sud", "secretariat")];

    public List<Letter> Write(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    private Letter Next()
    {
        var day = today.AddDays(-1 - (int)(_written % 25));
        switch (_written++ % 20)
        {
            case < 9:
                // Every fifth of them was signalled by the caisse a little earlier.
                var act = _written % 5 == 0 && _known.TryDequeue(out var known) ? known : _paris.Next();
                var body = MessageWriter.Commandement(act, $"BANC-{seed}-{_written}", day, "impayes", Territory.Paris.CurrentNotice, phone: true);
                return new(Office, "/v1/commissaires-de-justice/commandements-de-payer", MessageWriter.Bytes(body), act.Bail.Parc == "prive" ? ["ccapex-75 P1", "adil-75 P2"] : ["ccapex-75 P1"]);
            case < 14:
                var aided = _paris.Next(aided: true);
                if (_known.Count < 100)
                    _known.Enqueue(aided);
                return new(Paris, "/v1/caf/impayes", MessageWriter.Bytes(MessageWriter.Caf(aided, "751", day, phone: true)), ["ccapex-75 P3", "caf-75 P4"]);
            case < 16:
                return new(Landlord, "/v1/bailleurs/impayes", MessageWriter.Bytes(MessageWriter.Bailleur(_paris.Next("public"), day, phone: true)), ["ccapex-75 P12"]);
            default:
                var there = _isere.Next(aided: true);
                return new(Isere, "/v1/caf/impayes", MessageWriter.Bytes(MessageWriter.Caf(there, "381", day, phone: true)), [$"ccapex-38-{SectorOf(there)} P3"]);
        }
    }

    // As territoire.json divides the communes.
    private static readonly HashSet<string> North = [.. Sectors("nord")];

    private static string SectorOf(Household household) => North.Contains(household.Logement.Commune.Insee) ? "nord" : "sud";

    private static IEnumerable<string> Sectors(string id)
    {
        using var file = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(System.IO.Path.Combine(Folder, "38", "territoire.json")));
        return [.. file.RootElement.GetProperty("secteurs").EnumerateArray().Single(s => s.GetProperty("id").GetString() == id).GetProperty("communes").EnumerateArray().Select(c => c.GetString()!)];
    }
}
