using System.Security.Cryptography;
using System.Text;
using ExchangeGateway.Gateway.Routing.Rules;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>What the explanations of deposits with the same facts have in common: all but their dates. Kept once, in <c>routing.explanation</c>.</summary>
internal sealed class SharedExplanation
{
    private volatile bool _kept;

    public SharedExplanation(RuleExplanation explanation)
    {
        Content = (explanation with { RecuLe = null, EvalueLe = null }).ToJson();
        Digest = SHA256.HashData(Encoding.UTF8.GetBytes(Content));
    }

    public string Content { get; }

    public byte[] Digest { get; }

    /// <summary>Whether a committed transaction has written it.</summary>
    public bool IsKept => _kept;

    /// <summary>Call after the commit only: what a transaction that failed wrote is not there.</summary>
    public void Keep() => _kept = true;
}
