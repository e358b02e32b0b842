using ExchangeGateway.Gateway.Intake;

namespace ExchangeGateway.Gateway.Pages.Depot;

/// <summary>Files that come by a form.</summary>
internal static class Uploads
{
    /// <summary>Largest form of these pages, in bytes: larger batches go through the interface, which streams.</summary>
    public const int Largest = 32 << 20;

    /// <summary>Reads a PDF and checks it as its joining will.</summary>
    public static async Task<(byte[]? Content, string? Error)> ReadPdfAsync(IFormFile file, CancellationToken ct)
    {
        if (file.Length > JoindrePiece.MaxBytes)
            return (null, "Ce fichier dépasse 10 Mo. Réduisez la résolution de la numérisation puis choisissez-le à nouveau.");
        var content = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(content, ct);
        return PdfCheck.Refuse(content) is { } reason
            ? (null, $"{reason} Enregistrez l’acte comme PDF simple puis choisissez-le à nouveau.")
            : (content, null);
    }
}
