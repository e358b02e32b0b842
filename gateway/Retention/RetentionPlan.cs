using System.Globalization;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Retention;

/// <summary>What conservation will erase, without erasing it.</summary>
/// <param name="EtabliLe">The instant by which it was computed.</param>
/// <param name="Echeances">Sections by purpose, category and the month in which they are erased; those due already in the current month.</param>
/// <param name="SansDuree">Sections without an end: their purpose has no duration yet, or no longer holds the category.</param>
/// <param name="Suspendues">Sections of persons whose data is restricted or about whom a case is open: not erased while it lasts.</param>
internal sealed record RetentionPlan(
    DateTimeOffset EtabliLe, string Registre, IReadOnlyList<PlanLine> Echeances, IReadOnlyList<PlanLine> SansDuree, IReadOnlyList<PlanLine> Suspendues)
{
    /// <summary>What the next run erases.</summary>
    public long Due => Echeances.Where(l => l.Echue).Sum(l => l.Sections ?? 0);
}

/// <param name="Mois"><c>2027-03</c>; <see langword="null"/> where there is no end.</param>
/// <param name="Echue">Due: the next run erases them.</param>
/// <param name="Sections"><see langword="null"/> where a small count is not shown.</param>
internal sealed record PlanLine(string Finalite, string Categorie, string? Mois, bool Echue, long? Sections);

/// <summary>Counts what is held by when it is erased. Reads only.</summary>
internal sealed class PlanRetention(Databases databases, RegistersInForce registers, TimeProvider clock)
{
    private const int Page = 1000;

    /// <param name="months">How many months ahead are told apart; what comes later stands in the last.</param>
    public async Task<RetentionPlan> RunAsync(int months, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var register = registers.Current.Purposes;
        var today = PurposeRegister.LegalDay(now);
        var horizon = today.AddMonths(Math.Clamp(months, 0, 1200));
        var (ahead, open, suspended) = (new Tally(), new Tally(), new Tally());
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        for (var after = Guid.Empty; await HeldDeposits.ReadAsync(connection, after, IdTime.First(now.AddDays(1)), Page, ct) is { Count: > 0 } page; after = page[^1].Id)
        {
            foreach (var deposit in page)
            {
                foreach (var (category, keeping) in RetentionRule.Of(register, deposit))
                {
                    var end = (keeping as Keeping.Until)?.LastDay.AddDays(1) is { } first ? (first < today ? today : first > horizon ? horizon : first) : (DateOnly?)null;
                    var purpose = keeping switch { Keeping.Until until => until.Purpose, Keeping.Open none => none.Purpose, _ => deposit.Purpose };
                    (deposit.Suspended ? suspended : end is null ? open : ahead).Add(purpose, category, end, keeping is Keeping.Until { LastDay: var last } && last < today);
                }
            }
        }

        return new RetentionPlan(now, register.Version, ahead.Lines(), open.Lines(), suspended.Lines());
    }

    private sealed class Tally
    {
        private readonly Dictionary<(string Purpose, Categories Category, string? Month, bool Due), long> _counts = [];

        public void Add(string purpose, Categories category, DateOnly? end, bool due)
        {
            var key = (purpose, category, end?.ToString("yyyy-MM", CultureInfo.InvariantCulture), due);
            _counts[key] = _counts.GetValueOrDefault(key) + 1;
        }

        public List<PlanLine> Lines() =>
        [
            .. _counts.OrderBy(c => c.Key.Month, StringComparer.Ordinal).ThenBy(c => c.Key.Purpose.Length).ThenBy(c => c.Key.Purpose, StringComparer.Ordinal).ThenBy(c => c.Key.Category)
                .Select(c => new PlanLine(c.Key.Purpose, c.Key.Category.Name(), c.Key.Month, c.Key.Due, c.Value)),
        ];
    }
}
