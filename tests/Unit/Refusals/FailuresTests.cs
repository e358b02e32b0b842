using System.Net.Sockets;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Audit.Publishing;
using ExchangeGateway.Gateway.Refusals;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace ExchangeGateway.Unit.Refusals;

public sealed class FailuresTests
{
    public static TheoryData<Exception, string?> Table => new()
    {
        { new BadHttpRequestException("too large", 413), "trop-volumineux" },
        { new BadHttpRequestException("no such type", 415), "type-de-contenu" },
        { new BadHttpRequestException("bad"), "demande-invalide" },
        { new BadHttpRequestException("too slow", 408), "demande-invalide" },
        { new ConnectionResetException("gone"), null },
        { new IOException("disk full"), "indisponible" },
        { new JournalStoppedException("stopped"), "indisponible" },
        { new TimeoutException(), "indisponible" },
        { new NpgsqlException("refused", new SocketException(111)), "indisponible" },
        { new NpgsqlException("pool exhausted", new TimeoutException()), "indisponible" },
        { new InvalidOperationException("transient failure", new NpgsqlException("refused", new SocketException(111))), "indisponible" },
        { Postgres("57P01"), "indisponible" },
        { Postgres("53300"), "indisponible" },
        { Postgres("40001"), "indisponible" },
        { Postgres("25006"), "indisponible" },
        { Postgres("3D000"), "indisponible" },
        { Postgres("28P01"), "indisponible" },
        { Postgres("23505"), "erreur-interne" },
        { Postgres("42501"), "erreur-interne" },
        { new InvalidOperationException("a fault of ours"), "erreur-interne" },
        { new OperationCanceledException(), "erreur-interne" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Says_whose_fault_an_exception_is(Exception failure, string? code) =>
        Failures.Of(failure, clientGone: false)?.Code.ShouldBe(code);

    [Fact]
    public void Keeps_the_status_that_the_server_gave_a_bad_request() =>
        Failures.Of(new BadHttpRequestException("too slow", 408), clientGone: false)!.Status.ShouldBe(408);

    [Fact]
    public void Answers_nobody_when_the_client_has_gone() =>
        Failures.Of(new OperationCanceledException(), clientGone: true).ShouldBeNull();

    [Theory]
    [InlineData(200, null)]
    [InlineData(302, null)]
    [InlineData(401, "non-authentifie")]
    [InlineData(403, "hors-habilitation")]
    [InlineData(404, "introuvable")]
    [InlineData(405, "methode-non-permise")]
    [InlineData(406, "demande-invalide")]
    [InlineData(415, "type-de-contenu")]
    [InlineData(429, "trop-d-appels")]
    [InlineData(500, "erreur-interne")]
    [InlineData(503, "indisponible")]
    public void Gives_a_bare_status_its_refusal(int status, string? code)
    {
        var refusal = Failures.OfStatus(status);

        refusal?.Code.ShouldBe(code);
        (refusal is null).ShouldBe(code is null);
        if (refusal is not null)
            refusal.Status.ShouldBe(status);
    }

    private static PostgresException Postgres(string state) => new("text", "ERROR", "ERROR", state);
}
