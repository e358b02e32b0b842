using System.Security.Cryptography;
using System.Text.Json;
using ExchangeGateway.Adapters;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Routing;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>Reads which information notice an attached act holds, or an attached notice is, at the date of the act. It never refuses the attachment.</summary>
internal sealed class NoticeRecognition(Databases databases, RegistersInForce registers)
{
    /// <param name="text">What the attachment's PDF says; <see langword="null"/> when no tool could read it.</param>
    /// <returns><see langword="null"/> when nothing can be said: not an act, no known notice, no tool to read a PDF.</returns>
    public async Task<NoticeLue?> ReadAsync(Caller caller, Guid deposit, string name, byte[] content, PdfReading? text, DataKey key, CancellationToken ct)
    {
        if (name is not ("acte" or "notice"))
            return null;
        if (await ActAsync(caller, deposit, key, ct) is not var (territory, servedOn))
            return null;
        var inForce = registers.Current;
        if (NoticeText.ParEmpreinte(Convert.ToHexStringLower(SHA256.HashData(content)), territory.Notices, servedOn) is { } known)
            return known;
        if (text is null || !NoticeText.Connaissable(territory.Notices))
            return null;
        return NoticeText.ParTexte(text.Pages, fichierPropre: name == "notice", territory.Notices, servedOn, inForce.Law.Helplines);
    }

    /// <summary>The territory of the deposit and the day its act was served; <see langword="null"/> when it holds no act.</summary>
    private async Task<(Territory Territory, DateOnly ServedOn)?> ActAsync(Caller caller, Guid deposit, DataKey key, CancellationToken ct)
    {
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RowContext.Of(caller.Organisation));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "select d.territory, p.sealed from exchange.deposit d join exchange.part p on p.deposit = d.id and p.category = $3 where d.id = $1 and d.sender = $2")
        {
            Parameters = { new() { Value = deposit }, new() { Value = caller.Organisation }, new() { Value = (short)Categories.Acte } },
        });
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        if (!await reader.ReadAsync(ct) || !registers.Current.Territories.TryGet(reader.GetString(0), out var territory))
            return null;
        var act = JsonSerializer.Deserialize(key.Open(PartTable.Exchange, deposit, Categories.Acte, reader.GetFieldValue<byte[]>(1)), SignalementJson.Default.Acte);
        return act?.SignifieLe is { } servedOn ? (territory, servedOn) : null;
    }
}
