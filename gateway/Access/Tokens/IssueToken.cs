using System.Diagnostics;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace ExchangeGateway.Gateway.Access.Tokens;

/// <summary>A partner's system exchanges its credentials for a reference token (RFC 6749 §4.4).</summary>
internal sealed class IssueToken(ClientAuthentication clients, Databases databases, AuditLog log, TimeProvider clock, IOptions<AccessOptions> options)
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/connect/token", static (HttpContext http, IssueToken issue, CancellationToken ct) => issue.HandleAsync(http, ct))
            .WithMetadata(new RequestSizeLimitAttribute(ClientAuthentication.FormLimit))
            .RequireAuthorization(Policies.Public)
            .Journalise(LogAction.TokenIssued)
            .WithName("obtenirJeton")
            .WithTags("Accès")
            .WithSummary("Obtenir un jeton d'accès (OAuth 2.0, client_credentials)")
            .TakesForm(("grant_type", "Toujours client_credentials.", true), ("client_id", "Avec client_secret, quand l'en-tête Authorization: Basic n'est pas utilisé.", false), ("client_secret", "Voir client_id.", false))
            .Produces<TokenAnswer>()
            .Produces<OAuthErrorBody>(400).Produces<OAuthErrorBody>(401).Produces<OAuthErrorBody>(429);

    private async Task<IResult> HandleAsync(HttpContext http, CancellationToken ct)
    {
        switch (await clients.ProveAsync(http, ct))
        {
            case ClientOutcome.Refused refused:
                return refused.Error;
            case ClientOutcome.Proven(var client, var form):
                if (form["grant_type"].ToString() is not { Length: > 0 } grant)
                    return OAuthError.InvalidRequest("grant_type manque.");
                if (grant is not "client_credentials")
                    return new OAuthError(400, "unsupported_grant_type", "Seul client_credentials est accepte.");
                if (form["scope"].ToString().Length > 0)
                    return new OAuthError(400, "invalid_scope", "Les droits viennent de l'organisation : ne demandez pas de scope.");
                http.Response.Headers.CacheControl = "no-store"; // RFC 6749 §5.1
                http.Response.Headers.Pragma = "no-cache";
                return Results.Json(await IssueAsync(client, ReferenceTokenHandler.ThumbprintOf(http), ct), OAuthJson.Default.TokenAnswer);
            default:
                throw new UnreachableException();
        }
    }

    private async Task<TokenAnswer> IssueAsync(ProvenClient client, byte[]? thumbprint, CancellationToken ct)
    {
        var token = ReferenceToken.New();
        if (!ReferenceToken.TryDigest(token, out var digest))
            throw new UnreachableException();
        var (now, lifetime) = (clock.GetUtcNow(), options.Value.TokenLifetime);
        var entry = await log.PrepareAsync(new AuditEntry
        {
            Action = LogAction.TokenIssued,
            Organisation = client.Organisation,
            Agent = client.Id.ToString(),
            Decision = "permis",
        }, now, ct);

        // One batch without explicit transaction is one transaction: the token exists if, and only if, its entry does.
        await using var connection = await databases.Reader.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("insert into access.token (digest, client, certificate_thumbprint, issued_at, expires_at) values ($1, $2, $3, $4, $5)")
        {
            Parameters =
            {
                new() { Value = digest },
                new() { Value = client.Id },
                new() { Value = (object?)thumbprint ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea },
                new() { Value = now },
                new() { Value = now + lifetime },
            },
        });
        log.AddTo(batch, [entry]);
        await batch.ExecuteNonQueryAsync(ct);
        log.Wake();
        return new(token, "Bearer", (long)lifetime.TotalSeconds);
    }
}
