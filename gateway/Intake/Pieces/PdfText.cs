using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>
/// The text of a PDF, by poppler's <c>pdftotext</c> in a process of its own: bare environment, bounded time, memory and
/// output, no file written, as an ordinary user when the gateway is root. Nothing of the PDF touches the disk.
/// </summary>
/// <remarks>
/// Settings: <c>Pieces:PdfToText</c>, the program (default <c>pdftotext</c>, looked for on the path), empty for none;
/// <c>Pieces:PdfToTextSeconds</c>, the longest that one file may take (default 10).
/// </remarks>
internal sealed partial class PdfText(IConfiguration configuration, ILogger<PdfText> logger) : IDisposable
{
    /// <summary>Most characters read of one file; an act of a hundred pages has about 300,000.</summary>
    private const int MostCharacters = 2_000_000;

    private const int MostPages = 200;

    // Address space in KiB, processor time in seconds, no file; then the program, on its standard input.
    private const string Bounded = "ulimit -v 786432; ulimit -t 10; ulimit -f 0; exec \"$0\" -q -l \"$1\" -enc UTF-8 - -";

    private readonly string _program = configuration["Pieces:PdfToText"] ?? "pdftotext";
    private readonly TimeSpan _limit = TimeSpan.FromSeconds(configuration.GetValue("Pieces:PdfToTextSeconds", 10.0));
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Reads the text of each page.</summary>
    /// <returns><see langword="null"/> when there is no such program; a file that it cannot read has an empty page.</returns>
    public async Task<PdfReading?> ReadAsync(byte[] pdf, CancellationToken ct)
    {
        if (_program.Length == 0)
            return null;
        await _turns.WaitAsync(ct);
        try
        {
            return await RunAsync(pdf, ct);
        }
        catch (Exception missing) when (missing is StartRefusedException or Win32Exception)
        {
            LogMissing(logger, missing.Message);
            return null;
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private async Task<PdfReading?> RunAsync(byte[] pdf, CancellationToken ct)
    {
        IReadOnlyList<string> command = ["sh", "-c", Bounded, _program, MostPages.ToString(CultureInfo.InvariantCulture)];
        var start = Shell.Bare(UnprivilegedUser.Of(configuration)?.Command(command) ?? command);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        using var process = Shell.Start(start);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(_limit);
        try
        {
            var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, limit.Token);
            var output = DrainAsync(process.StandardOutput, limit.Token);
            await FeedAsync(process, pdf, limit.Token);
            var text = await output;
            await errors;
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode switch
            {
                0 => new PdfReading(Pages(text), TimedOut: false),
                // What sh answers for a program that is not there, or may not be run.
                126 or 127 => null,
                _ => new PdfReading([.. Pages(text), ""], TimedOut: false),
            };
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            LogTooLong(logger, _limit.TotalSeconds);
            return new PdfReading([""], TimedOut: true);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Each page ends with a form feed. What was not read, past the bounds, counts as a page that cannot be read.</summary>
    private static List<string> Pages(string text)
    {
        List<string> pages = [.. (text.EndsWith('\f') ? text[..^1] : text).Split('\f')];
        if (pages.Count >= MostPages || text.Length >= MostCharacters)
            pages.Add("");
        return pages;
    }

    private static async Task FeedAsync(Process process, byte[] pdf, CancellationToken ct)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(pdf, ct);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything: its exit code says why.
        }
    }

    /// <summary>Everything it writes; past the bound the rest is read and dropped, so that it can end.</summary>
    private static async Task<string> DrainAsync(StreamReader output, CancellationToken ct)
    {
        var text = new StringBuilder();
        var buffer = new char[16384];
        for (int read; (read = await output.ReadAsync(buffer, ct)) > 0;)
        {
            if (text.Length < MostCharacters)
                text.Append(buffer, 0, read);
        }

        return text.ToString();
    }

    [LoggerMessage(1207, LogLevel.Warning, "No text is read from attached PDFs: {Reason}")]
    private static partial void LogMissing(ILogger logger, string reason);

    [LoggerMessage(1208, LogLevel.Warning, "An attached PDF was not read within {Seconds} s")]
    private static partial void LogTooLong(ILogger logger, double seconds);
}

/// <summary>What the PDF of an attachment says.</summary>
/// <param name="Pages">Text of each page, empty for one that is an image or could not be read.</param>
/// <param name="TimedOut">Whether the reading was given up.</param>
internal sealed record PdfReading(IReadOnlyList<string> Pages, bool TimedOut)
{
    /// <summary>Why the piece must be kept apart, in French; <see langword="null"/> when nothing speaks against it.</summary>
    public string? Quarantine { get; } = TimedOut
        ? "La pièce n'a pas pu être relue : elle est mise à part. Enregistrez-la comme PDF simple puis envoyez-la à nouveau."
        : Forbidden(string.Join('\n', Pages)) is { } what
            ? $"La pièce contient {what} : elle est mise à part et personne ne peut l'ouvrir. Masquez ce numéro puis envoyez-la à nouveau."
            : null;

    /// <summary>An account number is no reason: acts print that of the étude.</summary>
    private static string? Forbidden(string text) => Nir.IsIn(text) ? "un numéro de sécurité sociale" : BankData.IsCardIn(text) ? "un numéro de carte bancaire" : null;
}
