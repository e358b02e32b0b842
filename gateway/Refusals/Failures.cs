using Microsoft.AspNetCore.Connections;
using Npgsql;

namespace ExchangeGateway.Gateway.Refusals;

/// <summary>What an exception, or a status without a body, means to the client. No text of an exception ever goes out.</summary>
internal static class Failures
{
    /// <summary>The refusal of an exception; <see langword="null"/> when the client has gone and nobody reads an answer.</summary>
    public static Refusal? Of(Exception failure, bool clientGone) => failure switch
    {
        BadHttpRequestException bad => OfStatus(bad.StatusCode) ?? Catalogue.DemandeInvalide,
        ConnectionResetException or ConnectionAbortedException => null,
        _ when clientGone => null,
        _ when IsStoreDown(failure) => Catalogue.Indisponible,
        _ => Catalogue.ErreurInterne,
    };

    /// <summary>The refusal of a bare status; <see langword="null"/> when it is no error.</summary>
    public static Refusal? OfStatus(int status) => status switch
    {
        < 400 => null,
        401 => Catalogue.NonAuthentifie,
        403 => Catalogue.HorsHabilitation,
        404 => Catalogue.Introuvable,
        405 => Catalogue.MethodeNonPermise,
        413 => Catalogue.TropVolumineux,
        415 => Catalogue.TypeDeContenu,
        429 => Catalogue.TropDAppels,
        503 => Catalogue.Indisponible,
        >= 500 => Catalogue.ErreurInterne with { Status = status },
        _ => Catalogue.DemandeInvalide with { Status = status },
    };

    /// <summary>Whether the database, the log or the payload store could not be reached, as far as an exception tells.</summary>
    private static bool IsStoreDown(Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                // 08 connection, 28 and 3D no way into the database, 53 resources, 57 operator intervention, 58 system; 25006: a replica not promoted yet.
                case PostgresException postgres:
                    return postgres.IsTransient || postgres.SqlState is ['0', '8', ..] or ['2', '8', ..] or ['3', 'D', ..] or ['5', '3' or '7' or '8', ..] or PostgresErrorCodes.ReadOnlySqlTransaction;
                case NpgsqlException npgsql when npgsql.IsTransient || npgsql.InnerException is IOException or TimeoutException or System.Net.Sockets.SocketException:
                // The log is stopped: nothing may be accepted or disclosed.
                case Audit.Publishing.JournalStoppedException:
                case IOException or TimeoutException or System.Net.Sockets.SocketException:
                    return true;
            }
        }

        return false;
    }
}
