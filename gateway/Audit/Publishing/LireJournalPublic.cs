using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit.Tree;
using ExchangeGateway.Gateway.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ExchangeGateway.Gateway.Audit.Publishing;

/// <summary>
/// The published log, for anyone: heads, tiles and commitments (C2SP tlog-tiles). Hashes only, no personal data. A tile
/// beyond the published head is not served, even when it is on disk already.
/// </summary>
internal static class LireJournalPublic
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var journal = app.MapGroup("/journal").RequireAuthorization(Policies.Public).Journalise(LogAction.None).WithTags("Journal public");
        journal.MapGet("/checkpoint", (HttpContext http, JournalFiles files) => Head(http, files, 1)).WithName("journal-tete").WithSummary("Tête signée du journal (C2SP tlog-checkpoint)").Produces<string>(StatusCodes.Status200OK, "text/plain").Refuses(Catalogue.Introuvable);
        journal.MapGet("/tile/{**tuile}", (HttpContext http, JournalFiles files, string tuile) => Tile(http, files, 1, tuile)).WithName("journal-tuile").WithSummary("Tuile ou lot d'engagements du journal (C2SP tlog-tiles)").Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream").Refuses(Catalogue.Introuvable);
        journal.MapGet("/{arbre:int:min(2)}/checkpoint", (HttpContext http, JournalFiles files, int arbre) => Head(http, files, arbre)).WithName("journal-tete-suivante").WithSummary("Tête signée d'une origine ouverte après une restauration").Produces<string>(StatusCodes.Status200OK, "text/plain").Refuses(Catalogue.Introuvable);
        journal.MapGet("/{arbre:int:min(2)}/tile/{**tuile}", (HttpContext http, JournalFiles files, int arbre, string tuile) => Tile(http, files, arbre, tuile)).WithName("journal-tuile-suivante").WithSummary("Tuile d'une origine ouverte après une restauration").Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream").Refuses(Catalogue.Introuvable);
        journal.MapGet("/cle", KeysAsync).WithName("journal-cle").WithSummary("Clés publiques de vérification, une par ligne, la plus récente en dernier").Produces<string>(StatusCodes.Status200OK, "text/plain");
    }

    private static Results<FileContentHttpResult, RefusalResult> Head(HttpContext http, JournalFiles files, int tree)
    {
        if (files.ReadCheckpoint(tree) is not { } note)
            return new RefusalResult(Catalogue.Introuvable);
        http.Response.Headers.CacheControl = "public, max-age=1";
        return TypedResults.Bytes(note, "text/plain; charset=utf-8");
    }

    private static Results<FileContentHttpResult, RefusalResult> Tile(HttpContext http, JournalFiles files, int tree, string path)
    {
        if (!TileId.TryParse(path, out var tile)
            || files.ReadCheckpoint(tree) is not { } bytes || !SignedNote.TryParse(bytes, out var note) || !Checkpoint.TryParse(note.Text, out var head)
            || !TileId.TryAt(tile.Level, tile.Index, head.Size, out var published) || tile.Width > published.Width
            || files.ReadTile(tree, tile) is not { } content)
            return new RefusalResult(Catalogue.Introuvable);
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Bytes(content, "application/octet-stream");
    }

    private static async Task<ContentHttpResult> KeysAsync(HttpContext http, JournalKey key, Storage.Databases databases, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "public, max-age=60";
        var origins = await JournalKeeper.OriginsAsync(databases.Reader, ct);
        return TypedResults.Text(string.Concat(origins.Select(o => key.For(o) + "\n")), "text/plain", System.Text.Encoding.UTF8);
    }
}
