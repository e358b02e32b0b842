using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Unit.House;

namespace ExchangeGateway.Unit.Storage;

/// <summary>
/// A database that an earlier version made refuses to start under a migration that was edited, or added below its last one.
/// <c>migrations.txt</c> is what was released: lines are added at its end, and none is ever changed.
/// </summary>
public sealed class ReleasedMigrationsTests
{
    private static readonly IReadOnlyList<(string Name, string Sha256)> Released =
        [.. Tree.Read("tests/Unit/Storage/migrations.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).Select(l => (l[0], l[1]))];

    private static readonly IReadOnlyList<Migrations.Migration> Known = Migrations.Of(typeof(Migrations).Assembly);

    [Fact]
    public void A_released_migration_stays_as_it_is() =>
        Released.Where(r => !Known.Any(m => m.Name == r.Name && m.Sha256 == r.Sha256)).ShouldBeEmpty("changed after it was released: write a new migration");

    [Fact]
    public void A_new_migration_comes_after_all_that_were_released_and_is_added_to_their_list() =>
        Known.Select(m => m.Name).ShouldBe(Released.Select(r => r.Name));
}
