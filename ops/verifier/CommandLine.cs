namespace ExchangeGateway.Verifier;

/// <summary>The program: reads its arguments, checks, says what it found in French. 0 when everything holds, 1 otherwise.</summary>
internal static class CommandLine
{
    private const string Usage = """
        Vérifie le journal publié par une passerelle, sans base de données (et sans réseau, sur un dossier).

          verifier <dossier|url> --key <clé> [--since <tête>]… [--proof <preuve> [--leaf <base64>] [--entry <fichier>]]
          verifier --proof <preuve> --key <clé> [--leaf <base64>] [--entry <fichier>]

          --key    clé publique du journal (/journal/cle), reçue par une voie sûre ; répétable
          --since  tête signée conservée auparavant : le journal doit la prolonger ; répétable
          --proof  fichier .tlog-proof d'une entrée
          --leaf   engagement de l'entrée en base64, tel que la promesse du récépissé le porte
          --entry  ouverture de l'entrée (sel de 32 octets puis contenu)
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter errors, CancellationToken ct)
    {
        try
        {
            if (Arguments.Read(args) is not { } arguments)
            {
                await errors.WriteLineAsync(Usage);
                return 1;
            }

            await CheckAsync(arguments, output, ct);
            await output.WriteLineAsync("VÉRIFIÉ");
            return 0;
        }
        catch (RejectedException e)
        {
            await errors.WriteLineAsync("REJETÉ : " + e.Message);
            return 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or OperationCanceledException)
        {
            await errors.WriteLineAsync("VÉRIFICATION IMPOSSIBLE : " + e.Message);
            return 1;
        }
    }

    private static async Task CheckAsync(Arguments arguments, TextWriter output, CancellationToken ct)
    {
        var keys = arguments.Keys.Select(PublicKey.Parse).ToList();
        var proof = arguments.Proof is { } path ? InclusionProof.Parse(await File.ReadAllTextAsync(path, ct)) : null;
        byte[]? leaf = null;
        if (proof is not null)
        {
            leaf = proof.Leaf(arguments.Leaf, arguments.Entry is { } entry ? await File.ReadAllBytesAsync(entry, ct) : null);
            var head = proof.Verify(leaf, keys);
            await output.WriteLineAsync(FormattableString.Invariant($"Preuve     entrée {proof.Index} de {head.Origin}, incluse dans la tête de taille {head.Size}"));
        }

        if (arguments.Source is null)
            return;
        using var source = LogSource.Open(arguments.Source);
        var check = new LogCheck(source, keys);
        foreach (var since in arguments.Since)
            check.MustExtend(SignedHead.Parse(await File.ReadAllTextAsync(since, ct), keys), $"la tête {since}");
        if (proof is not null)
        {
            check.MustExtend(proof.Head(keys), "la tête de la preuve");
            check.MustHold(proof.Index, leaf!);
        }

        var found = await check.RunAsync(ct);
        await output.WriteLineAsync($"Journal    {found.Head.Origin}");
        await output.WriteLineAsync(FormattableString.Invariant($"Tête       taille {found.Head.Size}, racine {Convert.ToBase64String(found.Head.Root)}"));
        await output.WriteLineAsync(FormattableString.Invariant($"Recalculé  {found.Head.Size} engagements, {found.Tiles} tuiles et lots comparés"));
        if (arguments.Since.Count > 0)
            await output.WriteLineAsync(FormattableString.Invariant($"Prolonge   {arguments.Since.Count} tête(s) antérieure(s)"));
    }
}

/// <summary>What was asked.</summary>
internal sealed record Arguments(string? Source, IReadOnlyList<string> Keys, IReadOnlyList<string> Since, string? Proof, string? Leaf, string? Entry)
{
    /// <summary><see langword="null"/> when the arguments make no question.</summary>
    public static Arguments? Read(IReadOnlyList<string> args)
    {
        var sources = new List<string>();
        var options = new Dictionary<string, List<string>>(StringComparer.Ordinal) { ["--key"] = [], ["--since"] = [], ["--proof"] = [], ["--leaf"] = [], ["--entry"] = [] };
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
                sources.Add(args[i]);
            else if (options.TryGetValue(args[i], out var values) && i + 1 < args.Count)
                values.Add(args[++i]);
            else
                return null;
        }

        string? One(string option) => options[option] is [var value] ? value : null;
        var single = options["--proof"].Count < 2 && options["--leaf"].Count < 2 && options["--entry"].Count < 2;
        var asks = sources.Count == 1 || (sources.Count == 0 && One("--proof") is not null && options["--since"].Count == 0);
        var leafless = One("--proof") is null && (One("--leaf") ?? One("--entry")) is not null;
        return single && asks && !leafless && options["--key"].Count > 0
            ? new(sources.FirstOrDefault(), options["--key"], options["--since"], One("--proof"), One("--leaf"), One("--entry"))
            : null;
    }
}
