using System.Globalization;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Audit.Tree;
using ExchangeGateway.Unit.Audit;
using ExchangeGateway.Verifier;

namespace ExchangeGateway.Unit.Verifier;

/// <summary>The verifier accepts a whole log and rejects it after any single change: a table of corruptions.</summary>
public sealed class VerifierTests(VerifierTests.WholeLog log) : IClassFixture<VerifierTests.WholeLog>, IDisposable
{
    private const string Origin = "passerelle.test/journal";
    private const int Size = 70_000;
    private static readonly byte[] Seed = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))];
    private static readonly VerifierKey Key = new(Origin, Gateway.Audit.Tree.Ed25519.PublicKey(Seed));
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65_536)]
    public async Task Accepts_a_whole_log(int size)
    {
        Publish(size);

        var (code, output, errors) = await VerifyAsync(_folder.Path);

        errors.ShouldBeEmpty();
        code.ShouldBe(0);
        output.ShouldContain("VÉRIFIÉ");
        output.ShouldContain($"taille {size}");
    }

    [Theory]
    [InlineData("tile/entries/000", 20)] // inside a commitment
    [InlineData("tile/entries/000", 0)] // a length
    [InlineData("tile/entries/000", 2)] // the version of a commitment
    [InlineData("tile/entries/272", 8_959)]
    [InlineData("tile/entries/273.p/112", 100)]
    [InlineData("tile/0/000", 0)]
    [InlineData("tile/0/272", 8_191)]
    [InlineData("tile/0/273.p/112", 3_583)]
    [InlineData("tile/1/000", 4_000)]
    [InlineData("tile/1/001.p/17", 543)]
    [InlineData("tile/2/000.p/1", 31)]
    [InlineData("checkpoint", 0)] // the origin
    [InlineData("checkpoint", 24)] // the size
    [InlineData("checkpoint", 40)] // the root
    [InlineData("checkpoint", 79)] // the separation
    [InlineData("checkpoint", 120)] // the signature
    [InlineData("checkpoint", 180)]
    public async Task Rejects_one_changed_byte(string file, int at)
    {
        await log.RejectsWithAsync(file, whole =>
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0x01;
            return changed;
        });
    }

    [Theory]
    [InlineData("tile/entries/001")]
    [InlineData("tile/entries/273.p/112")]
    [InlineData("tile/0/100")]
    [InlineData("tile/0/273.p/112")]
    [InlineData("tile/1/000")]
    [InlineData("tile/1/001.p/17")]
    [InlineData("tile/2/000.p/1")]
    [InlineData("checkpoint")]
    public async Task Rejects_a_missing_a_truncated_and_a_lengthened_file(string file)
    {
        await log.RejectsWithAsync(file, whole => whole[..^1]);
        await log.RejectsWithAsync(file, whole => [.. whole, 0]);
        await log.RejectsWithAsync(file, _ => null);
    }

    [Fact]
    public async Task Rejects_tiles_rolled_back_under_a_newer_head()
    {
        Publish(300);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "checkpoint"), Head(400, 400).ToString(), TestContext.Current.CancellationToken);

        await RejectsAsync(_folder.Path);
    }

    [Fact]
    public async Task Rejects_a_head_of_another_tree_of_the_same_size()
    {
        Publish(300);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "checkpoint"), Head(300, 299).ToString(), TestContext.Current.CancellationToken);

        (await RejectsAsync(_folder.Path)).ShouldContain("racine");
    }

    [Fact]
    public async Task Accepts_a_log_that_extends_the_heads_kept_before()
    {
        Publish(700);

        var (code, output, _) = await VerifyAsync(_folder.Path, "--since", Keep(Head(0, 0), "zero"), "--since", Keep(Head(300, 300), "old"), "--since", Keep(Head(700, 700), "same"));

        code.ShouldBe(0);
        output.ShouldContain("3 tête");
    }

    [Fact]
    public async Task Rejects_a_log_rolled_back_before_a_head_kept()
    {
        Publish(300);

        (await RejectsAsync(_folder.Path, "--since", Keep(Head(301, 301), "newer"))).ShouldContain("retour en arrière");
    }

    [Fact]
    public async Task Rejects_a_log_rewritten_before_a_head_kept()
    {
        Publish(300);

        (await RejectsAsync(_folder.Path, "--since", Keep(Head(200, 199), "fork"))).ShouldContain("ne prolonge pas");
    }

    [Fact]
    public async Task Rejects_a_head_under_another_key_and_a_mistyped_key()
    {
        Publish(3);
        var other = new VerifierKey(Origin, Gateway.Audit.Tree.Ed25519.PublicKey(new byte[32])).ToString();
        var elsewhere = new VerifierKey("autre.test/journal", Key.PublicKey).ToString();
        var mistyped = Key.ToString().Replace("+", "+0", StringComparison.Ordinal);

        foreach (var key in new[] { other, elsewhere, mistyped, "", Key.ToString()[..^4] })
            (await RunAsync(_folder.Path, "--key", key)).Code.ShouldBe(1, key);
    }

    [Fact]
    public async Task Verifies_a_proof_alone_with_the_promised_commitment_and_with_the_opening()
    {
        var opening = new byte[50];
        byte[] leaf = [0x01, .. System.Security.Cryptography.SHA256.HashData(opening)];
        var hashes = SampleTree.Hashes(10);
        hashes[4] = Merkle.LeafHash(leaf);
        var proof = Keep(Proof(hashes, 4, leaf), "preuve");
        var entry = Path.Combine(_folder.Path, "ouverture");
        await File.WriteAllBytesAsync(entry, opening, TestContext.Current.CancellationToken);

        (await VerifyProofAsync("--proof", proof)).Code.ShouldBe(0);
        (await VerifyProofAsync("--proof", proof, "--leaf", Convert.ToBase64String(leaf))).Code.ShouldBe(0);
        (await VerifyProofAsync("--proof", proof, "--entry", entry)).Code.ShouldBe(0);
        (await VerifyProofAsync("--proof", proof, "--leaf", Convert.ToBase64String(SampleTree.Leaf(4)))).Code.ShouldBe(1);
        opening[0] = 1;
        await File.WriteAllBytesAsync(entry, opening, TestContext.Current.CancellationToken);
        (await VerifyProofAsync("--proof", proof, "--entry", entry)).Code.ShouldBe(1);
    }

    [Fact]
    public async Task Rejects_a_proof_with_any_changed_byte()
    {
        var text = Proof(SampleTree.Hashes(300), 41, SampleTree.Leaf(41));
        var promised = Convert.ToBase64String(SampleTree.Leaf(41));
        for (var at = 0; at < text.Length; at++)
        {
            var changed = text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..];
            (await VerifyProofAsync("--proof", Keep(changed, "preuve"), "--leaf", promised)).Code.ShouldBe(1, $"character {at}: {text[at]}");
        }
    }

    [Fact]
    public async Task Holds_a_proof_against_the_log()
    {
        Publish(300);
        var newer = Keep(Proof(SampleTree.Hashes(301), 41, SampleTree.Leaf(41)), "newer");
        var forked = SampleTree.Hashes(200);
        forked[41] = Merkle.LeafHash(SampleTree.Leaf(999));
        var fork = Keep(Proof(forked, 41, SampleTree.Leaf(999)), "fork");

        (await VerifyAsync(_folder.Path, "--proof", Keep(Proof(SampleTree.Hashes(200), 41, SampleTree.Leaf(41)), "good"))).Code.ShouldBe(0);
        await RejectsAsync(_folder.Path, "--proof", newer);
        await RejectsAsync(_folder.Path, "--proof", fork);
    }

    [Theory]
    [InlineData]
    [InlineData("dossier")]
    [InlineData("un", "deux", "--key", "k")]
    [InlineData("dossier", "--key")]
    [InlineData("dossier", "--inconnu", "k")]
    [InlineData("dossier", "--key", "k", "--leaf", "AAAA")]
    [InlineData("--key", "k")]
    public async Task Explains_itself_when_the_question_is_not_one(params string[] args)
    {
        var (code, _, errors) = await RunAsync(args);

        code.ShouldBe(1);
        errors.ShouldContain("--since");
    }

    private static string Proof(byte[][] hashes, int index, byte[] leaf) => new TlogProof
    {
        Extra = leaf,
        Index = index,
        Path = Merkle.InclusionProof(index, hashes.Length, SampleTree.Nodes(hashes)),
        Note = SignedNote.Sign(new Checkpoint(Origin, hashes.Length, Merkle.Root(hashes)).ToText(), Key, Seed),
    }.ToText();

    private void Publish(int size) => Publish(_folder.Path, size);

    private static void Publish(string folder, int size)
    {
        var files = new JournalFiles(folder);
        var builder = new TileBuilder();
        while (builder.Size < size)
            builder.Append(SampleTree.Leaf(builder.Size));
        foreach (var (tile, bytes) in builder.Finished.Concat(builder.Partials()))
        {
            var path = Path.Combine(folder, tile.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }

        files.WriteCheckpoint(1, System.Text.Encoding.UTF8.GetBytes(SignedNote.Sign(new Checkpoint(Origin, size, builder.Root()).ToText(), Key, Seed).ToString()));
    }

    /// <summary>A head that says one size and has the root of another.</summary>
    private static SignedNote Head(int size, int rootOf) => SignedNote.Sign(new Checkpoint(Origin, size, Merkle.Root(SampleTree.Hashes(rootOf))).ToText(), Key, Seed);

    private string Keep(object content, string name)
    {
        var path = Path.Combine(_folder.Path, name + ".txt");
        File.WriteAllText(path, Convert.ToString(content, CultureInfo.InvariantCulture));
        return path;
    }

    private static async Task<string> RejectsAsync(params string[] args)
    {
        var (code, output, errors) = await VerifyAsync(args);
        code.ShouldBe(1, output);
        errors.ShouldContain("REJETÉ");
        return errors;
    }

    private static Task<(int Code, string Output, string Errors)> VerifyAsync(params string[] args) => RunAsync([.. args, "--key", Key.ToString()]);

    private static Task<(int Code, string Output, string Errors)> VerifyProofAsync(params string[] args) => VerifyAsync(args);

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        using StringWriter output = new(CultureInfo.InvariantCulture), errors = new(CultureInfo.InvariantCulture);
        var code = await CommandLine.RunAsync(args, output, errors, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }

    /// <summary>A log of 70,000 entries, which has a tile of every kind, made once for the table.</summary>
    public sealed class WholeLog : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public WholeLog() => Publish(_folder.Path, Size);

        public void Dispose() => _folder.Dispose();

        /// <summary>Changes or removes one file, expects a rejection, puts it back, expects acceptance.</summary>
        internal async Task RejectsWithAsync(string file, Func<byte[], byte[]?> change)
        {
            var path = Path.Combine(_folder.Path, file);
            var whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            if (change(whole) is { } changed)
                await File.WriteAllBytesAsync(path, changed, TestContext.Current.CancellationToken);
            else
                File.Delete(path);
            await RejectsAsync(_folder.Path);
            await File.WriteAllBytesAsync(path, whole, TestContext.Current.CancellationToken);
            (await VerifyAsync(_folder.Path)).Code.ShouldBe(0);
        }
    }
}
