using System.Text;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Tree;
using FsCheck;
using FsCheck.Fluent;

namespace ExchangeGateway.Unit.Audit;

public sealed class SignedNoteTests
{
    // The example of golang.org/x/mod/sumdb/note, which the C2SP specification describes.
    private const string Text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    private const string Key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private const string Line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    private static readonly byte[] Seed = Convert.FromBase64String("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1..];

    [Theory] // RFC 8032 §7.1, tests 1 to 3
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72", "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82", "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Signs_and_verifies_as_RFC_8032_does(string seed, string publicKey, string message, string signature)
    {
        byte[] s = Convert.FromHexString(seed), p = Convert.FromHexString(publicKey), m = Convert.FromHexString(message), expected = Convert.FromHexString(signature);

        Ed25519.PublicKey(s).ShouldBe(p);
        Ed25519.Sign(s, m).ShouldBe(expected);
        Ed25519.Verify(p, m, expected).ShouldBeTrue();
        Ed25519.Verify(p, [.. m, 0], expected).ShouldBeFalse();
        Ed25519.Verify(p, m, expected.AsSpan(0, 63)).ShouldBeFalse();
        Ed25519.Verify(new byte[31], m, expected).ShouldBeFalse();
    }

    [Fact]
    public void Writes_the_note_of_the_reference_implementation()
    {
        var key = new VerifierKey("PeterNeumann", Ed25519.PublicKey(Seed));

        key.ToString().ShouldBe(Key);
        SignedNote.Sign(Text, key, Seed).ToString().ShouldBe(Text + "\n" + Line);
    }

    [Fact]
    public void Reads_the_note_of_the_reference_implementation()
    {
        SignedNote.TryParse(Text + "\n" + Line, out var note).ShouldBeTrue();

        note.Text.ShouldBe(Text);
        note.IsSignedBy(PeterNeumann()).ShouldBeTrue();
    }

    [Fact]
    public void Ignores_unknown_signers_and_rejects_a_bad_line_of_a_known_one()
    {
        var other = SignedNote.Sign(Text, new VerifierKey("witness.example", Ed25519.PublicKey(new byte[32])), new byte[32]).ToString()[(Text.Length + 1)..];
        var bad = Line.Replace("ZJku", "ZJkv", StringComparison.Ordinal);

        Signed(Text + "\n" + Line + other).ShouldBeTrue();
        Signed(Text + "\n" + other).ShouldBeFalse();
        Signed(Text + "\n" + Line + bad).ShouldBeFalse();
        Signed(Text + "\n" + bad).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— name\n")]
    [InlineData("text\n\n— name AAAA\n")]
    [InlineData("text\n\n- name AAAAAAAA\n")]
    [InlineData("te\tt\n\n— name AAAAAAAA\n")]
    [InlineData("text\n\n— na+me AAAAAAAA\n")]
    [InlineData("text\n\n— name AAAAAAAA")]
    [InlineData("text\n\n— name AAAAAAB=\n")]
    public void Refuses_what_is_not_a_note(string note) => SignedNote.TryParse(note, out _).ShouldBeFalse();

    [Fact]
    public void A_note_with_any_flipped_bit_is_not_signed()
    {
        var whole = Encoding.UTF8.GetBytes(Text + "\n" + Line);
        Prop.ForAll(Gen.Choose(0, (whole.Length * 8) - 1).ToArbitrary(), bit =>
        {
            byte[] copy = [.. whole];
            copy[bit / 8] ^= (byte)(1 << (bit % 8));
            return !SignedNote.TryParse(copy, out var note) || !note.IsSignedBy(PeterNeumann());
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("exemple.fr/journal\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", true)]
    [InlineData("exemple.fr/journal\n00\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("exemple.fr/journal\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("exemple.fr/journal\n9223372036854775808\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("exemple.fr/journal\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", false)]
    [InlineData("exemple.fr/journal\n1\nAAAA\n", false)]
    [InlineData("exemple.fr/jour nal\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", false)]
    [InlineData("exemple.fr/journal\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextension\n", false)]
    public void Reads_a_checkpoint_in_its_only_spelling(string text, bool good) => Checkpoint.TryParse(text, out _).ShouldBe(good);

    private static bool Signed(string note) => SignedNote.TryParse(note, out var read) && read.IsSignedBy(PeterNeumann());

    private static VerifierKey PeterNeumann() => new("PeterNeumann", Ed25519.PublicKey(Seed));
}
