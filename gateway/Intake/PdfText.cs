using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>
/// Reads the text of a PDF by <c>pdftotext</c> (poppler-utils) when the machine has it, in a process of its own that is
/// bounded in time and output: a social-security number in it puts the piece in quarantine.
/// </summary>
internal sealed partial class PdfText(IConfiguration configuration, ILogger<PdfText> logger)
{
    private const int LongestText = 8 << 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly string _program = configuration["Pieces:PdfToText"] ?? "pdftotext";

    /// <returns>Why the piece must be kept apart, in French; <see langword="null"/> when nothing speaks against it.</returns>
    public async Task<string?> QuarantineAsync(ReadOnlyMemory<byte> pdf, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        try
        {
            return await ReadAsync(pdf, limit.Token) is { } text && Nir.IsIn(text)
                ? "La pièce contient un numéro de sécurité sociale : elle est mise à part et personne ne peut l'ouvrir. Masquez ce numéro puis envoyez-la à nouveau."
                : null;
        }
        catch (Win32Exception)
        {
            LogMissing(_program);
            return null;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return "La pièce n'a pas pu être relue : elle est mise à part. Enregistrez-la comme PDF simple puis envoyez-la à nouveau.";
        }
    }

    /// <returns><see langword="null"/> when the program finds no text to give.</returns>
    private async Task<string?> ReadAsync(ReadOnlyMemory<byte> pdf, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo(_program, ["-q", "-enc", "UTF-8", "-", "-"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var feeding = FeedAsync(process, pdf, ct);
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            using var text = new MemoryStream();
            var buffer = new byte[64 * 1024];
            while (text.Length < LongestText && await process.StandardOutput.BaseStream.ReadAsync(buffer, ct) is > 0 and var read)
                text.Write(buffer, 0, read);
            await feeding;
            return Encoding.UTF8.GetString(text.ToArray());
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static async Task FeedAsync(Process process, ReadOnlyMemory<byte> pdf, CancellationToken ct)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(pdf, ct);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has given up on this file: what it has written is all there is.
        }
    }

    [LoggerMessage(1205, LogLevel.Warning, "{Program} is not here: the text of attachments is not searched for social-security numbers")]
    private partial void LogMissing(string program);
}
