using System.Globalization;
using System.Net;
using System.Text;
using ExchangeGateway.Gateway.Access.People;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ExchangeGateway.Gateway.Access.Tokens;

/// <summary>A client that has proved itself.</summary>
internal sealed record ProvenClient(Guid Id, string ClientId, Guid Organisation, string Role);

internal abstract record ClientOutcome
{
    private ClientOutcome() { }

    internal sealed record Proven(ProvenClient Client, IFormCollection Form) : ClientOutcome;

    internal sealed record Refused(OAuthError Error) : ClientOutcome;
}

/// <summary>Reads an OAuth form and proves its client: <c>client_secret_basic</c> or <c>client_secret_post</c> (RFC 6749 §2.3.1).</summary>
internal sealed class ClientAuthentication(Databases databases, AttemptThrottle throttle, AuditLog log, IOptions<AccessOptions> options)
{
    /// <summary>Bytes of a form; ours have a few hundred.</summary>
    public const long FormLimit = 16 * 1024;

    private const int FailuresPerAddress = 50;
    private static readonly FormOptions Limits = new() { ValueCountLimit = 16, KeyLengthLimit = 64, ValueLengthLimit = 4096 };

    public async Task<ClientOutcome> ProveAsync(HttpContext http, CancellationToken ct)
    {
        if (!IsForm(http.Request.ContentType))
            return Refuse(OAuthError.InvalidRequest("Le corps doit etre application/x-www-form-urlencoded."));
        IFormCollection form;
        try
        {
            form = await http.Request.ReadFormAsync(Limits, ct);
        }
        catch (InvalidDataException) // more fields, or longer ones, than the limits allow
        {
            return Refuse(OAuthError.InvalidRequest("Le formulaire est mal forme."));
        }

        if (form.Any(field => field.Value.Count > 1))
            return Refuse(OAuthError.InvalidRequest("Un parametre est repete.")); // RFC 6749 §3.2

        var credentials = Read(http.Request.Headers.Authorization, form);
        if (credentials is Credentials.Several)
            return Refuse(OAuthError.InvalidRequest("Une seule methode d'authentification par demande.")); // RFC 6749 §2.3
        if (credentials is not Credentials.Pair(var clientId, var secret))
            return Refuse(OAuthError.InvalidClient);

        var address = AddressKey(http.Connection.RemoteIpAddress);
        var pair = "client|" + address + "|" + clientId;
        var everything = "address|" + address;
        if (Longer(throttle.Wait(pair), throttle.Wait(everything)) is var wait && wait > TimeSpan.Zero)
            return Refuse(OAuthError.TooManyAttempts(wait));

        var row = await FindAsync(clientId, ct);
        // Always one derivation of the same cost: an unknown or disabled client takes the time of a wrong secret.
        var right = ClientSecret.Verify(secret, row?.SecretHash ?? ClientSecret.Decoy);
        if (row is not null && right && !row.Disabled)
        {
            throttle.Forget(pair);
            return new ClientOutcome.Proven(row.Client, form);
        }

        var pause = options.Value.Pause / 15;
        throttle.Fail(pair, options.Value.FailuresBeforePause, pause);
        throttle.Fail(everything, FailuresPerAddress, pause);
        // Bounded by the throttle above: who may not try, writes no entry.
        await log.AppendAsync(new AuditEntry
        {
            Action = LogAction.TokenRefused,
            Organisation = row?.Client.Organisation,
            Agent = row?.Client.Id.ToString(),
            Decision = "refuse",
            Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["motif"] = row is null ? "client-inconnu" : right ? "client-desactive" : "secret-errone" },
        }, ct);
        return Refuse(OAuthError.InvalidClient);
    }

    /// <summary>The address that failures are counted under: an IPv6 network of /64 is one neighbour.</summary>
    internal static string AddressKey(IPAddress? address)
    {
        if (address is null)
            return "-";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes(), 0, 8)
            : address.ToString();
    }

    private async Task<ClientRow?> FindAsync(string clientId, CancellationToken ct)
    {
        // NUL and lone surrogates would be errors of the database: no client id of ours has them.
        if (clientId.Length > 100 || !clientId.All(c => c is >= ' ' and <= '~'))
            return null;
        await using var command = databases.Reader.CreateCommand("""
            select c.id, c.client_id, c.organisation, c.role, c.secret_hash, c.disabled_at is not null or o.disabled_at is not null
            from access.client c join access.organisation o on o.id = c.organisation
            where c.client_id = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = clientId });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct)
            ? new(new(row.GetGuid(0), row.GetString(1), row.GetGuid(2), row.GetString(3)), row.GetString(4), row.GetBoolean(5))
            : null;
    }

    private static Credentials Read(string? authorization, IFormCollection form)
    {
        var (formId, formSecret) = (form["client_id"].ToString(), form["client_secret"].ToString());
        if (string.IsNullOrEmpty(authorization))
            return formId.Length > 0 && formSecret.Length > 0 ? new Credentials.Pair(formId, formSecret) : new Credentials.None();
        if (formSecret.Length > 0)
            return new Credentials.Several();
        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return new Credentials.None();

        var encoded = authorization["Basic ".Length..].Trim();
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
            return new Credentials.None();
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
            return new Credentials.None();
        // RFC 6749 §2.3.1: both parts are form-encoded before the Basic encoding.
        var (id, secret) = (WebUtility.UrlDecode(text[..colon]), WebUtility.UrlDecode(text[(colon + 1)..]));
        return formId.Length > 0 && !string.Equals(formId, id, StringComparison.Ordinal) ? new Credentials.Several() : new Credentials.Pair(id, secret);
    }

    private static bool IsForm(string? contentType) =>
        contentType is not null
        && string.Equals(contentType.Split(';', 2)[0].Trim(), "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static ClientOutcome.Refused Refuse(OAuthError error) => new(error);

    private sealed record ClientRow(ProvenClient Client, string SecretHash, bool Disabled);

    private abstract record Credentials
    {
        internal sealed record None : Credentials;

        internal sealed record Several : Credentials;

        internal sealed record Pair(string ClientId, string Secret) : Credentials;
    }
}
