using System.Buffers.Binary;
using ExchangeGateway.Gateway.Routing.Rules;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Routing.Quotas;

/// <summary>
/// The order of a draw: criteria in the rule's order, smaller first, all made of banded facts. What they leave equal is
/// decided by the deposit's id, which is in the order of time: two draws over the same candidates are the same.
/// </summary>
internal sealed class SelectionKey
{
    // Highest debt first. "Unknown" is not "none": it comes after every known debt, and before none.
    private static readonly string[] Debts = ["plus10000", "5000a10000", "2000a5000", "500a2000", "moins500"];
    private static readonly int Unknown = Debts.Length;
    private const int MostMonths = 36;

    private readonly int[] _parts;
    private readonly Guid _deposit;

    private SelectionKey(int[] parts, Guid deposit) => (_parts, _deposit) = (parts, deposit);

    /// <param name="since">First day of the household's file.</param>
    public static SelectionKey Of(RuleQuota quota, Faits faits, DateOnly since, Guid deposit)
    {
        var parts = new List<int>(4);
        foreach (var criterion in quota.Key)
        {
            switch (criterion)
            {
                case KeyCriterion.Debt:
                    parts.Add(Debt(faits.TrancheDette));
                    // Within one band: more months unpaid first, unknown last.
                    parts.Add(MostMonths - Math.Clamp(faits.MoisImpayes ?? -1, -1, MostMonths));
                    break;
                case KeyCriterion.Vulnerability:
                    parts.Add(quota.Vulnerabilities.Count - quota.Vulnerabilities.Count(v => v.When.Of(faits) == RuleTruth.Oui));
                    break;
                case KeyCriterion.Age:
                    parts.Add(since.DayNumber);
                    break;
            }
        }

        return new SelectionKey([.. parts], deposit);
    }

    /// <summary>Who comes first.</summary>
    public static IComparer<SelectionKey> Order { get; } = Comparer<SelectionKey>.Create((a, b) =>
    {
        var parts = a._parts.AsSpan().SequenceCompareTo(b._parts);
        return parts != 0 ? parts : a._deposit.CompareTo(b._deposit);
    });

    /// <summary>The key as bytes, for the digest of a ranking.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[16 + (_parts.Length * 4)];
        _deposit.TryWriteBytes(bytes, bigEndian: true, out _);
        for (var i = 0; i < _parts.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16 + (i * 4)), _parts[i]);
        return bytes;
    }

    private static int Debt(string? band) => band switch
    {
        "aucune" => Unknown + 1,
        null => Unknown,
        _ => Array.IndexOf(Debts, band) is var at and >= 0 ? at : Unknown,
    };
}
