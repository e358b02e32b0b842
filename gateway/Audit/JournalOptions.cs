using System.Globalization;
using ExchangeGateway.Gateway.Audit.Tree;

namespace ExchangeGateway.Gateway.Audit;

/// <summary>Settings of the log, section <c>Journal</c>.</summary>
internal sealed record JournalOptions
{
    /// <summary>Name of the log: the URL prefix where it is served, without scheme. It is in every signed head and every
    /// promise, so it cannot change once the log has begun. Default <c>passerelle.invalid/journal</c>.</summary>
    public string Origin { get; init; } = "passerelle.invalid/journal";
    /// <summary>Entries that one sequencer transaction integrates at most, 1 to 50,000. Default 5,000.</summary>
    public int Group { get; init; } = 5_000;
    /// <summary>Shortest time from the start of one round to the next, in milliseconds, 0 to 400: what is signed and fsynced together; three times as long while each round fills a tile. Default 150.</summary>
    public int PaceMilliseconds { get; init; } = 150;
    /// <summary>Longest time without looking for entries, in milliseconds, 100 to 60,000. Default 1,000.</summary>
    public int PollMilliseconds { get; init; } = 1_000;

    /// <summary>Reads and checks the section.</summary>
    /// <exception cref="InvalidOperationException">A value is out of range; the message names it and the range.</exception>
    public static JournalOptions Read(IConfiguration configuration)
    {
        var options = new JournalOptions();
        var section = configuration.GetSection("Journal");
        options = options with
        {
            Origin = section["Origin"] ?? options.Origin,
            Group = Number(section, "Group", options.Group, 1, 50_000),
            PaceMilliseconds = Number(section, "PaceMilliseconds", options.PaceMilliseconds, 0, 400),
            PollMilliseconds = Number(section, "PollMilliseconds", options.PollMilliseconds, 100, 60_000),
        };
        return VerifierKey.IsName(options.Origin) && !options.Origin.Contains("://", StringComparison.Ordinal) && !options.Origin.EndsWith('/')
            ? options
            : throw new InvalidOperationException($"Journal:Origin « {options.Origin} » must be a URL prefix without scheme, white space, '+' or final slash, such as passerelle.exemple.fr/journal.");
    }

    /// <summary>Origin of a tree: the name, then <c>&lt;name&gt;/2</c>, <c>&lt;name&gt;/3</c>… after restored backups.</summary>
    public string OriginOf(int tree) => tree == 1 ? Origin : string.Create(CultureInfo.InvariantCulture, $"{Origin}/{tree}");

    private static int Number(IConfigurationSection section, string name, int fallback, int least, int most)
    {
        if (section[name] is not { } text)
            return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Journal:{name} is « {text} »; it must be a whole number from {least} to {most}."));
    }
}
