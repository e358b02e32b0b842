using ExchangeGateway.Partners.Demonstration;

namespace ExchangeGateway.Partners.Messages;

/// <summary>Writes a scenario's messages as the files that their senders would keep: CSV for a CSV batch, NDJSON otherwise.</summary>
public static class ScenarioFiles
{
    public static async Task WriteAsync(IReadOnlyList<Sending> scenario, string folder, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        foreach (var (index, sending) in scenario.Index())
        {
            var name = $"{index + 1:00}-{sending.Organisation}-{sending.Type.Split('/')[1]}";
            var messages = sending.Messages.Select(m => m.Content);
            if (sending.Channel == Channel.Csv)
                await File.WriteAllBytesAsync(Path.Combine(folder, name + ".csv"), new CsvWriter(sending.Type.Split('/')[1]).File(messages), ct);
            else
                await File.WriteAllBytesAsync(Path.Combine(folder, name + ".ndjson"), [.. messages.SelectMany(m => (byte[])[.. MessageWriter.Bytes(m), (byte)'\n'])], ct);
        }
    }
}
