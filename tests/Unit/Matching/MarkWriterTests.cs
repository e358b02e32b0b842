using System.Security.Cryptography;
using System.Text;
using ExchangeGateway.Gateway.Matching;

namespace ExchangeGateway.Unit.Matching;

public sealed class MarkWriterTests
{
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);

    [Theory]
    [InlineData(0)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(47)]
    public void A_mark_is_the_CMAC_of_its_tag_and_text_among_others_of_any_length(int length)
    {
        var text = new string('A', length + 1);
        var writer = MarkWriter.Under(Secret);
        writer.Mark('q', new string('B', 40));
        writer.Mark('x', text);
        writer.Mark('q', "C");
        writer.Finish().Profile[4..8].ShouldBe(Cmac(HMACSHA256.HashData(Secret, "rapprochement/1"u8), Encoding.ASCII.GetBytes("x" + text))[..4]);
    }

    [Fact]
    public void Nothing_said_is_zero_and_another_secret_gives_other_marks()
    {
        var writer = MarkWriter.Under(Secret);
        writer.Mark('x', "");
        writer.Mark('x', "MARTIN");
        var profile = writer.Finish().Profile;
        var other = MarkWriter.Under(RandomNumberGenerator.GetBytes(32));
        other.Mark('x', "MARTIN");
        profile[..4].ShouldBe(new byte[4]);
        profile[4..].ShouldNotBe(other.Finish().Profile);
    }

    /// <summary>CMAC by its definition (SP 800-38B): CBC-MAC whose last block is masked.</summary>
    private static byte[] Cmac(byte[] key, byte[] message)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        var k1 = Shift(aes.EncryptEcb(new byte[16], PaddingMode.None));
        var whole = message.Length > 0 && message.Length % 16 == 0;
        byte[] padded = whole ? message : [.. message, 0x80, .. new byte[15 - (message.Length % 16)]];
        var mask = whole ? k1 : Shift(k1);
        for (var i = 0; i < 16; i++)
            padded[^(16 - i)] ^= mask[i];
        return aes.EncryptCbc(padded, new byte[16], PaddingMode.None)[^16..];
    }

    private static byte[] Shift(byte[] block)
    {
        var value = new System.Numerics.BigInteger(block, isUnsigned: true, isBigEndian: true) << 1;
        var bytes = (value & ((System.Numerics.BigInteger.One << 128) - 1)).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] shifted = [.. new byte[16 - bytes.Length], .. bytes];
        if ((block[0] & 0x80) != 0)
            shifted[^1] ^= 0x87;
        return shifted;
    }
}
