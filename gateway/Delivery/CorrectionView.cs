using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Corrections;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Delivery;

/// <summary>What the sender has corrected, as a recipient reads it.</summary>
/// <param name="Etat">remplace (this one holds the mended message), annulation (the message of <paramref name="Corrige"/> is withdrawn), reduction (only a part of it may still be read), limitation (it may not be used while the restriction lasts), separation (it is of another person than the rest of its file), renvoi, escalade, non-remise (news about the message of <paramref name="Corrige"/>), information, decisionAide, ajournementAide (news about what the recipient sent), annulee, remplacee, renvoyee (this one is read no more).</param>
/// <param name="Corrige">The delivery that this one replaces or withdraws.</param>
/// <param name="Motif">Why the sender, or the person, withdrew it, or a recipient sent it back.</param>
/// <param name="Changements">What changed since the delivery that the recipient had acknowledged; <see langword="null"/> when it had not.</param>
internal sealed record CorrectionView(string Etat, Guid? Corrige, string? Motif, IReadOnlyList<ChangedField>? Changements)
{
    private const string Replaces = "remplace";

    /// <param name="earlier">Sections of the message replaced, when the recipient had acknowledged it.</param>
    /// <param name="content">The sections shown now.</param>
    public static CorrectionView? Of(DeliveryRecord delivery, SealedSections? earlier, JsonObject content, DataKey key) => delivery switch
    {
        _ when DeliveryNature.IsNews(delivery.Nature) => new(delivery.Nature, delivery.Corrects, Reason(delivery), null),
        { IsReadable: false } => new(delivery.State, null, Reason(delivery), null),
        { Corrects: { } corrected } => new(Replaces, corrected, null, earlier is null ? null : ChangedField.Between(earlier.Open(key), content)),
        _ => null,
    };

    /// <summary>
    /// Sections of the message that a delivery replaces. Only for a recipient who had acknowledged it: the others have
    /// nothing to compare with.
    /// </summary>
    public static async Task<SealedSections?> EarlierAsync(NpgsqlConnection connection, DeliveryRecord delivery, string table, Categories permitted, CancellationToken ct)
    {
        if (delivery is not { Nature: DeliveryNature.Message, IsReadable: true, Corrects: { } corrected })
            return null;
        await using var select = new NpgsqlCommand(
            "select deposit from delivery.delivery where id = $1 and subject = $2 and acknowledged_at is not null", connection)
        {
            Parameters = { new() { Value = corrected }, new() { Value = delivery.Subject } },
        };
        return await select.ExecuteScalarAsync(ct) is Guid deposit ? await SealedSections.ReadAsync(connection, table, deposit, permitted, ct) : null;
    }

    private static string? Reason(DeliveryRecord delivery) => delivery.CancelledFor switch
    {
        null => null,
        AnnulationMotifs.Accompanied => $"{AnnulationMotifs.Label(AnnulationMotifs.Accompanied)}, depuis le {Pages.French.Date(Pages.French.Day(delivery.CreatedAt))}",
        var code => SendBackMotifs.Labels.GetValueOrDefault(code) ?? AnnulationMotifs.Label(code),
    };
}

/// <param name="Champ">JSON pointer inside the content.</param>
/// <param name="Avant"><see langword="null"/> when the field was absent.</param>
/// <param name="Apres"><see langword="null"/> when the field is gone.</param>
internal sealed record ChangedField(string Champ, JsonNode? Avant, JsonNode? Apres)
{
    /// <summary>The leaves that differ, in the order of the pointers.</summary>
    public static IReadOnlyList<ChangedField> Between(JsonObject before, JsonObject after)
    {
        var (old, now) = (Leaves(before), Leaves(after));
        return
        [
            .. old.Keys.Union(now.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(pointer => new ChangedField(pointer, old.GetValueOrDefault(pointer), now.GetValueOrDefault(pointer)))
                .Where(change => !JsonNode.DeepEquals(change.Avant, change.Apres))
                .Select(change => new ChangedField(change.Champ, change.Avant?.DeepClone(), change.Apres?.DeepClone())),
        ];
    }

    private static Dictionary<string, JsonNode> Leaves(JsonNode node)
    {
        var leaves = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        Walk("", node);
        return leaves;

        void Walk(string pointer, JsonNode at)
        {
            switch (at)
            {
                case JsonObject members:
                    foreach (var (name, value) in members.Where(m => m.Value is not null))
                        Walk($"{pointer}/{name}", value!);
                    break;
                case JsonArray items:
                    foreach (var (index, value) in items.Index().Where(i => i.Item is not null))
                        Walk(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{pointer}/{index}"), value!);
                    break;
                default:
                    leaves.Add(pointer, at);
                    break;
            }
        }
    }
}
