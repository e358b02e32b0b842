#pragma warning disable RS0030 // A seeded generator: a failure prints its seed, and the seed replays it.
using System.Globalization;
using System.Text;
using ExchangeGateway.Adapters;
using ExchangeGateway.Schemas;
using ExchangeGateway.Unit.Law;

namespace ExchangeGateway.Unit.Schemas;

/// <summary>No body of any shape throws, and what is accepted can be adapted. The seed is printed; set EXCHANGE_GATEWAY_SEED to replay.</summary>
public class FuzzTests(ITestOutputHelper output)
{
    private static readonly AdaptContext Context = new(new(2026, 11, 20), "1", [], ShippedLaw.France);

    private static readonly string[] Pieces =
    [
        "null", "true", "0", "-0", "1e999", "-1", "1.10", "123456789012345", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "{}", "[[]]", "{\"a\":{}}", "\"2026-02-30\"",
        "\"impayes\"", "\"é\"", "{\"\":1}", "{\"a\":1,\"a\":2}", ",", "}", "]", ":", "\"", "\\", "/", "\t", "\u00e9", "\uFEFF",
    ];

    [Fact]
    public void No_body_throws_and_what_is_valid_adapts()
    {
        var seed = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var examples = Exemples.Valid().ToList();
        var outcomes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < 6000; i++)
        {
            var (type, _, source) = examples[random.Next(examples.Count)];
            var body = (i % 4) switch
            {
                0 => Bytes(random, source),
                1 => Pieced(random, source),
                2 => Mutation.Tree(random, source),
                _ => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Pieces[random.Next(Pieces.Length)]))),
            };
            try
            {
                var result = Exemples.Catalogue.Validate(type, body);
                // The fast way may only say yes where the full way does.
                var inFull = Exemples.Catalogue[type].ValidateInFull(body);
                inFull.GetType().ShouldBe(result.GetType(), $"seed {seed}, turn {i}, {type}: {Convert.ToBase64String(body)}");
                if (result is ValidationResult.Valid)
                {
                    PartnerMessages.TryGet(type, out var message).ShouldBeTrue();
                    message!.Adapt(body, Context).Sections().ShouldNotBeEmpty();
                }
                outcomes[result.GetType().Name] = outcomes.GetValueOrDefault(result.GetType().Name) + 1;
            }
            catch (Exception e) when (e is not ShouldAssertException)
            {
                throw new Xunit.Sdk.XunitException($"seed {seed}, turn {i}, {type}: {Convert.ToBase64String(body)}", e);
            }
        }
        outcomes.Keys.ShouldBe(["Valid", "Invalid", "NotJson"], ignoreOrder: true, $"seed {seed}");
    }

    private static byte[] Bytes(Random random, byte[] source)
    {
        var body = source.ToArray();
        for (var n = random.Next(1, 4); n > 0; n--)
            body[random.Next(body.Length)] = (byte)random.Next(256);
        return random.Next(5) == 0 ? body[..random.Next(body.Length)] : body;
    }

    private static byte[] Pieced(Random random, byte[] source)
    {
        var at = random.Next(source.Length);
        return [.. source[..at], .. Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]), .. source[Math.Min(source.Length, at + random.Next(3))..]];
    }
}
