using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Corrections;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>How the joining of a piece ended.</summary>
internal abstract record PieceOutcome
{
    /// <summary>Durable. <paramref name="Quarantine"/>: why nobody can open it, in French, for the sender; the deposit itself stands.</summary>
    public sealed record Joined(string? Quarantine) : PieceOutcome;

    /// <summary>Nothing was kept.</summary>
    public sealed record Refused(IntakeOutcome.Refused Why) : PieceOutcome;
}

/// <summary>The sender joins the act, the notice or the statement (PDF) to its deposit.</summary>
internal sealed class JoindrePiece(
    Databases databases, SubjectKeys keys, PayloadStore payloads, VirusScan viruses, PdfText texts, NoticeRecognition notices, AuditLog log, TimeProvider clock)
{
    /// <summary>Largest attachment, in bytes.</summary>
    public const int MaxBytes = 10 << 20;

    /// <summary>Categories of data that each kind of attachment holds: it is shown only where all are permitted.</summary>
    private static readonly Dictionary<string, Categories> Kinds = new(StringComparer.Ordinal)
    {
        ["acte"] = Categories.Identite | Categories.Adresse | Categories.Dette | Categories.Bail | Categories.Acte,
        ["notice"] = Categories.Acte,
        ["decompte"] = Categories.Identite | Categories.Adresse | Categories.Dette,
        ["recepisse"] = Categories.Identite | Categories.Adresse | Categories.Acte, // what EXPLOC or Alexi answered
    };

    private const string Insert =
        """
        insert into exchange.piece (id, deposit, name, media_type, size, blob, wrapped_key, categories, received_at)
        values ($1, $2, $3, 'application/pdf', $4, $5, $6, $7, $8) on conflict do nothing
        """;

    /// <summary>The piece that may be opened later keeps its name free.</summary>
    private const string InsertApart =
        """
        insert into exchange.piece_quarantine (id, deposit, name, size, blob, wrapped_key, reason, received_at)
        select $1, $2, $3, $4, $5, $6, $7, $8 on conflict do nothing
        """;

    /// <summary>Checks and keeps a piece. One in quarantine makes room for the next of its name.</summary>
    public async Task<PieceOutcome> RunAsync(Caller caller, Guid deposit, string name, byte[] content, CancellationToken ct)
    {
        if (!Kinds.TryGetValue(name, out var categories))
            return Refuse(Catalogue.DemandeInvalide, "Le nom d'une pièce est acte, notice, decompte ou recepisse.");
        if (PdfCheck.Refuse(content) is { } reason)
            return Refuse(Catalogue.PieceRefusee, reason);
        if (await OwnDeposit.ReadAsync(databases, caller, deposit, ct) is not { } own)
            return Refuse(Catalogue.Introuvable);
        if (own.Corrected is not null)
            return Refuse(Catalogue.EtatIncompatible, own.Replacement is { } replacement ? $"Ce dépôt a été remplacé : joignez la pièce au dépôt {replacement}." : "Ce dépôt est annulé : personne ne lirait la pièce.");
        using var dataKey = keys.Unwrap(own.Subject.Id, own.Subject.VaultKey, own.Subject.WrappedKey);
        switch (await viruses.ScanAsync(content, ct))
        {
            case VirusVerdict.Infected:
                return Refuse(Catalogue.PieceRefusee, "L'antivirus a reconnu un programme malveillant dans ce fichier.");
            case VirusVerdict.Unavailable:
                return Refuse(Catalogue.Indisponible);
        }

        var text = await texts.ReadAsync(content, ct);
        var quarantine = text?.Quarantine;
        // What nobody can open says nothing.
        var notice = quarantine is null ? await notices.ReadAsync(caller, deposit, name, content, text, dataKey, ct) : null;
        var contentKey = RandomNumberGenerator.GetBytes(32);
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        // The blob first, under a random name; then the commit that makes it exist. An orphan is swept after 24 h.
        var blob = await payloads.PutAsync(AesGcmSeal.Seal(contentKey, content, Context(deposit, name)), ct);
        await using var connection = await databases.Intake.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // As a message does: an erasure waits for it, and what comes after one finds nobody.
        await using (var erasures = new NpgsqlCommand("select pg_advisory_xact_lock_shared(hashtextextended('vault.erase', 0))", connection))
            await erasures.ExecuteNonQueryAsync(ct);
        if (await OwnDeposit.ReadAsync(databases, caller, deposit, ct) is var still && still?.Subject.Id != own.Subject.Id)
        {
            await transaction.RollbackAsync(ct);
            await payloads.DeleteAsync(blob, ct);
            // Found to be another person's meanwhile: under that person's key.
            return still is null ? Refuse(Catalogue.Introuvable) : await RunAsync(caller, deposit, name, content, ct);
        }

        // What it takes the place of goes, even for one that is kept apart: its sender no longer wants the earlier one read.
        await DropCarriedAsync(connection, deposit, name, ct);
        await using var insert = new NpgsqlCommand(quarantine is null ? Insert : InsertApart, connection)
        {
            Parameters =
            {
                new() { Value = id }, new() { Value = deposit }, new() { Value = name }, new() { Value = (long)content.Length }, new() { Value = blob },
                new() { Value = dataKey.Wrap(contentKey, Context(deposit, name)) }, quarantine is null ? new() { Value = (int)categories } : new() { Value = quarantine }, new() { Value = clock.GetUtcNow() },
            },
        };
        if (await insert.ExecuteNonQueryAsync(ct) == 0)
        {
            await transaction.RollbackAsync(ct);
            await payloads.DeleteAsync(blob, ct);
            return Refuse(Catalogue.EtatIncompatible, "Cette pièce est déjà jointe au dépôt.");
        }

        await PieceFlags.AddAsync(connection, deposit, name, notice, clock.GetUtcNow(), ct);
        await using var batch = new NpgsqlBatch(connection);
        log.AddTo(batch, [await log.PrepareAsync(Entry(caller, own.Subject.Id, deposit, name, quarantine is not null), clock.GetUtcNow(), ct)]);
        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        log.Wake();
        return new PieceOutcome.Joined(quarantine);
    }

    private static PieceOutcome.Refused Refuse(Refusal refusal, string? detail = null) => new(new IntakeOutcome.Refused(refusal, Detail: detail));

    /// <summary>What binds the sealed content and its key to their deposit and name.</summary>
    public static byte[] Context(Guid deposit, string name) => Encoding.ASCII.GetBytes($"exchange.piece|{deposit}|{name}");

    /// <summary>Takes away a piece that the deposit carries from the one that it replaces; one that was joined to it stays.</summary>
    /// <returns>Whether there was one.</returns>
    public static async Task<bool> DropCarriedAsync(NpgsqlConnection connection, Guid deposit, string name, CancellationToken ct)
    {
        await using var drop = new NpgsqlCommand("select exchange.drop_carried_piece($1, $2)", connection) { Parameters = { new() { Value = deposit }, new() { Value = name } } };
        return (bool)(await drop.ExecuteScalarAsync(ct))!;
    }

    private static AuditEntry Entry(Caller caller, Guid subject, Guid deposit, string name, bool quarantined) => new()
    {
        Action = LogAction.PieceReceived,
        Organisation = caller.Organisation,
        Agent = caller.Agent,
        Subjects = [subject],
        Deposit = deposit,
        Decision = "permis",
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["piece"] = name, ["quarantaine"] = quarantined ? "oui" : "non" },
        TraceId = Activity.Current?.TraceId.ToString(),
    };
}

internal static class JoindrePieceEndpoint
{
    public static void MapJoindrePiece(this RouteGroupBuilder v1) =>
        v1.MapPut("/depots/{id:guid}/pieces/{nom}", HandleAsync)
            .WithName("joindrePiece")
            .WithTags("Dépôts")
            .WithSummary("Joint une pièce PDF (acte, notice, decompte, recepisse) à un dépôt")
            .TakesBody("application/pdf")
            .Produces(StatusCodes.Status204NoContent)
            .Produces<PieceInQuarantine>(StatusCodes.Status202Accepted)
            .Refuses(
                Catalogue.DemandeInvalide, Catalogue.EmpreinteDifferente, Catalogue.Introuvable, Catalogue.EtatIncompatible, Catalogue.TropVolumineux, Catalogue.TypeDeContenu,
                Catalogue.PieceRefusee, Catalogue.Indisponible)
            .WithMetadata(new RequestSizeLimitAttribute(JoindrePiece.MaxBytes))
            .RequireAuthorization(Policies.Deposer)
            .Journalise(LogAction.PieceReceived);

    private static async Task<IResult> HandleAsync(Guid id, string nom, HttpContext http, JoindrePiece joindre, RefusalLog refusals, CancellationToken ct)
    {
        var caller = Caller.Of(http);
        return await ReceiveAsync(id, nom, http.Request, caller, joindre, ct) switch
        {
            PieceOutcome.Joined { Quarantine: null } => TypedResults.NoContent(),
            PieceOutcome.Joined { Quarantine: { } why } => TypedResults.Accepted((string?)null, new PieceInQuarantine(nom, "quarantaine", why)),
            PieceOutcome.Refused refused => await refusals.RefuseAsync(
                caller, LogAction.DepositRefused, refused.Why, new Dictionary<string, string>(StringComparer.Ordinal) { ["objet"] = "piece" }, ct),
            _ => throw new UnreachableException(),
        };
    }

    private static async Task<PieceOutcome> ReceiveAsync(Guid id, string name, HttpRequest request, Caller caller, JoindrePiece joindre, CancellationToken ct)
    {
        if (request.ContentType is not "application/pdf")
            return new PieceOutcome.Refused(new(Catalogue.TypeDeContenu, Detail: "Une pièce est envoyée en application/pdf."));
        if (request.ContentLength > JoindrePiece.MaxBytes)
            return new PieceOutcome.Refused(new(Catalogue.TropVolumineux));
        using var content = new MemoryStream();
        await request.Body.CopyToAsync(content, ct);
        var bytes = content.ToArray();
        return ContentDigest.Matches(request.Headers["Content-Digest"], bytes)
            ? await joindre.RunAsync(caller, id, name, bytes, ct)
            : new PieceOutcome.Refused(new(Catalogue.EmpreinteDifferente));
    }
}

/// <summary>A piece was received and kept apart: what to do.</summary>
internal sealed record PieceInQuarantine(string Piece, string Etat, string Motif);
