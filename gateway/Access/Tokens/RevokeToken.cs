using System.Diagnostics;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Storage;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace ExchangeGateway.Gateway.Access.Tokens;

/// <summary>A client gives a token of its own back (RFC 7009). Unknown, foreign or already revoked: the same 200.</summary>
internal sealed class RevokeToken(ClientAuthentication clients, Databases databases, AuditLog log, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/connect/revoke", static (HttpContext http, RevokeToken revoke, CancellationToken ct) => revoke.HandleAsync(http, ct))
            .WithMetadata(new RequestSizeLimitAttribute(ClientAuthentication.FormLimit))
            .RequireAuthorization(Policies.Public)
            .Journalise(LogAction.TokenRevoked)
            .WithName("revoquerJeton")
            .WithTags("Accès")
            .WithSummary("Révoquer un jeton (RFC 7009)")
            .TakesForm(("token", "Le jeton à révoquer.", true))
            .Produces(200)
            .Produces<OAuthErrorBody>(400).Produces<OAuthErrorBody>(401).Produces<OAuthErrorBody>(429);

    private async Task<IResult> HandleAsync(HttpContext http, CancellationToken ct)
    {
        switch (await clients.ProveAsync(http, ct))
        {
            case ClientOutcome.Refused refused:
                return refused.Error;
            case ClientOutcome.Proven(var client, var form):
                if (form["token"].ToString() is not { Length: > 0 } token)
                    return OAuthError.InvalidRequest("token manque.");
                if (ReferenceToken.TryDigest(token, out var digest))
                    await RevokeAsync(client, digest, ct);
                http.Response.Headers.CacheControl = "no-store";
                return Results.Ok();
            default:
                throw new UnreachableException();
        }
    }

    private async Task RevokeAsync(ProvenClient client, byte[] digest, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var update = new NpgsqlCommand("update access.token set revoked_at = $3 where digest = $1 and client = $2 and revoked_at is null", connection, transaction);
        update.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = digest });
        update.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = client.Id });
        update.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        if (await update.ExecuteNonQueryAsync(ct) == 0)
            return;

        var entry = await log.PrepareAsync(new AuditEntry
        {
            Action = LogAction.TokenRevoked,
            Organisation = client.Organisation,
            Agent = client.Id.ToString(),
        }, now, ct);
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            log.AddTo(batch, [entry]);
            await batch.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        log.Wake();
    }
}
