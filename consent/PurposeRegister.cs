using System.Text.Json;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Consent;

/// <summary>The files of the register cannot be used; <see cref="Errors"/> holds everything to mend, of every file.</summary>
public sealed class RegisterException(IReadOnlyList<FileError> errors)
    : Exception("Le registre des finalités est refusé :" + string.Concat(errors.Select(e => Environment.NewLine + "- " + e)))
{
    public IReadOnlyList<FileError> Errors { get; } = errors;
}

/// <summary>
/// The register of purposes (finalités): what is not in it cannot be deposited or passed on. Immutable; a reload makes
/// another one.
/// </summary>
public sealed class PurposeRegister
{
    // Validity is a civil date of the register's keeper: the legal time of metropolitan France, wherever the server runs.
    private static readonly TimeZoneInfo Legal = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    private readonly ILookup<string, Purpose> _byId;

    private PurposeRegister(IReadOnlyList<Purpose> purposes, IReadOnlyList<RegisterCommon> common, string content)
        : this(purposes, common, content, CanonicalJson.Version(content)) { }

    private PurposeRegister(IReadOnlyList<Purpose> purposes, IReadOnlyList<RegisterCommon> common, string content, string version)
    {
        Purposes = purposes;
        Common = common;
        Content = content;
        Version = version;
        _byId = purposes.ToLookup(p => p.Id, StringComparer.Ordinal);
    }

    /// <summary>Every version of every purpose, by file name.</summary>
    public IReadOnlyList<Purpose> Purposes { get; }

    /// <summary>Every version of what holds for all purposes, by file name.</summary>
    public IReadOnlyList<RegisterCommon> Common { get; }

    /// <summary>The files as one canonical JSON object keyed by file name: what <c>consent.register_version</c> keeps.</summary>
    public string Content { get; }

    /// <summary>First 16 hexadecimal digits of the SHA-256 of <see cref="Content"/>.</summary>
    public string Version { get; }

    /// <summary>Reads every <c>*.json</c> of a folder. An empty folder is a register that permits nothing.</summary>
    /// <exception cref="RegisterException">The folder is missing, or a file is wrong: every error of every file.</exception>
    public static PurposeRegister Load(string folder)
    {
        if (!Directory.Exists(folder))
            throw new RegisterException([new(folder, "", "dossier absent", "Indiquez le dossier consent/finalites de la passerelle.")]);
        return Parse(Directory.EnumerateFiles(folder, "*.json")
            .Select(path => new KeyValuePair<string, ReadOnlyMemory<byte>>(Path.GetFileName(path), File.ReadAllBytes(path))));
    }

    /// <summary>Builds the register from files given by name and content (UTF-8).</summary>
    /// <exception cref="RegisterException">A file is wrong: every error of every file.</exception>
    public static PurposeRegister Parse(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> files)
    {
        var errors = new List<FileError>();
        var roots = new List<KeyValuePair<string, JsonElement>>();
        var purposes = new List<Purpose>();
        var common = new List<RegisterCommon>();
        foreach (var (name, content) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var root = DataNode.Parse(name, content, errors);
            if (root is null)
                continue;
            var before = errors.Count;
            roots.Add(new(name, root.Element));
            if (RegisterCommon.Named(name))
            {
                common.Add(RegisterCommon.Read(name, root));
                continue;
            }
            var purpose = PurposeFile.Read(name, root);
            if (errors.Count == before)
                purposes.Add(purpose);
        }
        CheckTogether(purposes, errors);
        for (var i = 1; i < common.Count; i++)
        {
            if (common[i].From <= (common[i - 1].To ?? DateOnly.MaxValue))
                errors.Add(new(common[i].Version + ".json", "/valideDu", $"la validité recouvre celle de {common[i - 1].Version}.json", $"Donnez à {common[i - 1].Version}.json une date « valideAu » antérieure."));
        }
        if (errors.Count > 0)
            throw new RegisterException(errors);
        return new PurposeRegister(purposes, common, CanonicalJson.Of(roots));
    }

    /// <summary>
    /// The same files with the durations that operators have signed for what the files leave to be fixed; the last signature
    /// of a version counts. The files' version stays: the signatures have entries of the log of their own.
    /// </summary>
    /// <param name="signatures">In the order in which they took effect.</param>
    public PurposeRegister Signed(IReadOnlyList<RetentionSignature> signatures)
    {
        if (signatures.Count == 0)
            return this;
        var last = signatures.GroupBy(s => s.PurposeVersion, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        return new PurposeRegister([.. Purposes.Select(p => last.TryGetValue(p.Version, out var s) ? Fixed(p, s) : p)], Common, Content, Version);

        static Purpose Fixed(Purpose purpose, RetentionSignature s) => purpose with
        {
            Retention = purpose.Retention.ToDictionary(
                r => r.Key, r => IsSignable(r.Value) ? new Retention.Signed(s.Duration, s.By, s.On) { Reference = s.Reference, ConfirmedBy = s.ConfirmedBy } : r.Value),
        };
    }

    /// <summary>Whether a signature may fix it: the file gives no duration, and at most an earlier signature does.</summary>
    public static bool IsSignable(Retention retention) => retention is Retention.ToBeFixed or Retention.Signed { Reference: not null };

    /// <summary>The civil day of an instant, in the legal time of metropolitan France, by which the register counts.</summary>
    public static DateOnly LegalDay(DateTimeOffset instant) => Day(instant);

    /// <summary>The version of a purpose in force at an instant; <see langword="null"/> when there is none.</summary>
    public Purpose? InForce(string id, DateTimeOffset instant)
    {
        var day = Day(instant);
        return _byId[id].FirstOrDefault(p => p.InForce(day));
    }

    /// <summary>Every purpose in force at an instant.</summary>
    public IEnumerable<Purpose> InForce(DateTimeOffset instant)
    {
        var day = Day(instant);
        return Purposes.Where(p => p.InForce(day));
    }

    /// <summary>What holds for every purpose at an instant; <see langword="null"/> when no file says it.</summary>
    public RegisterCommon? CommonInForce(DateTimeOffset instant)
    {
        var day = Day(instant);
        return Common.FirstOrDefault(c => c.InForce(day));
    }

    /// <summary>Whether any version of the purpose exists, in force or not.</summary>
    public bool Knows(string id) => _byId.Contains(id);

    private static DateOnly Day(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Legal).Date);

    private static void CheckTogether(List<Purpose> purposes, List<FileError> errors)
    {
        for (var i = 0; i < purposes.Count; i++)
        {
            for (var j = i + 1; j < purposes.Count; j++)
            {
                var (a, b) = (purposes[i], purposes[j]);
                if (b.From > (a.To ?? DateOnly.MaxValue) || a.From > (b.To ?? DateOnly.MaxValue))
                    continue;
                if (string.Equals(a.Id, b.Id, StringComparison.Ordinal))
                    errors.Add(new(b.Version + ".json", "/valideDu", $"la validité de {b.Id} recouvre celle de {a.Version}.json", $"Donnez à {a.Version}.json une date « valideAu » antérieure."));
                else if (Shared(a, b) is { } type)
                    errors.Add(new(b.Version + ".json", "/deposants", $"{type} est déjà reçu au titre de {a.Id} ({a.Version}.json)", "Un type n'a qu'une finalité de dépôt : retirez-le d'une des deux, ou écrivez « auTitreDe »."));
            }
        }
    }

    private static MessageType? Shared(Purpose a, Purpose b)
    {
        foreach (var depositor in a.Depositors)
        {
            foreach (var type in depositor.Types)
            {
                if (a.Carries(type) && b.Carries(type) && b.HasDepositor(depositor.Nature, type))
                    return type;
            }
        }
        return null;
    }
}
