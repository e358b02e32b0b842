using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Rights;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ExchangeGateway.Integration.Matching;

/// <summary>A separation against what may happen to the same person at the same time: each comes wholly before or wholly after the other.</summary>
public sealed class SeparationRaceTests(RightsGateway rights) : IClassFixture<RightsGateway>
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("EXCHANGE_GATEWAY_FULL") is "1" ? 60 : 5;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private readonly SeparationDesk _desk = new(rights);

    private TestGateway Gateway => rights.Gateway;

    [Fact]
    public async Task Erased_first_nothing_is_left_separated_first_the_other_stays_whole()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (_, kept, _, wrong) = await _desk.JoinWronglyAsync();
            var (subject, remise) = (await _desk.SubjectAsync(kept), await _desk.RemiseAsync("ccapex-75", wrong));
            var separation = Gateway.PostAsync(RightsGateway.Ccapex, SeparationDesk.Path(remise), new JsonObject { ["motif"] = "Essai" });
            var erasure = Gateway.App.Services.GetRequiredService<EffacerSujet>().RunAsync(subject, "droitEffacement", null, Ct);
            using var answer = await separation;
            (await erasure).ShouldBe(new ErasureOutcome.Erased(1));

            answer.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NotFound);
            var separated = answer.StatusCode is HttpStatusCode.OK;
            (await SealedAsync(kept)).ShouldBe(0, $"round {round}");
            ((await SealedAsync(wrong)) > 0).ShouldBe(separated, $"round {round}");
            (await rights.StatusAsync(RightsGateway.Ccapex, $"/v1/reception/{remise}")).ShouldBe(separated ? HttpStatusCode.OK : HttpStatusCode.NotFound, $"round {round}");
        }
    }

    [Fact]
    public async Task Both_wait_for_the_message_that_has_found_its_person_and_for_each_other()
    {
        var (_, kept, _, wrong) = await _desk.JoinWronglyAsync();
        var (subject, remise) = (await _desk.SubjectAsync(kept), await _desk.RemiseAsync("ccapex-75", wrong));
        await using var connection = await Gateway.Databases.Intake.OpenConnectionAsync(Ct);
        await using var message = await connection.BeginTransactionAsync(Ct);
        await using (var found = new NpgsqlCommand("select pg_advisory_xact_lock_shared(hashtextextended('vault.erase', 0))", connection))
            await found.ExecuteNonQueryAsync(Ct);

        var separation = rights.PostAsync(RightsGateway.Ccapex, SeparationDesk.Path(remise), new JsonObject { ["motif"] = "Essai" });
        await rights.WaitingAsync("vault.erase", "ExclusiveLock", separation);
        var erasure = Gateway.App.Services.GetRequiredService<EffacerSujet>().RunAsync(subject, "droitEffacement", null, Ct);
        await rights.WaitingAsync("vault.subject_alias", "ExclusiveLock", erasure);
        await message.CommitAsync(Ct);

        (await separation)["envois"]!.GetValue<int>().ShouldBe(1);
        (await erasure).ShouldBe(new ErasureOutcome.Erased(1));
        (await SealedAsync(kept)).ShouldBe(0);
        (await SealedAsync(wrong)).ShouldBeGreaterThan(0, "it was another person's by then");
    }

    [Fact]
    public async Task Messages_that_arrive_meanwhile_and_a_new_vault_key_leave_every_message_readable_in_one_file()
    {
        var rotation = Gateway.App.Services.GetRequiredService<VaultRotation>();
        for (var round = 0; round < Rounds; round++)
        {
            var (one, kept, other, wrong) = await _desk.JoinWronglyAsync();
            var arriving = Enumerable.Range(0, 6).Select(i => _desk.DepositAsync(i % 2 == 0 ? one : other)).ToList();
            var separation = _desk.SeparateAsync(wrong);
            if (round % 5 == 0)
                await rotation.RotateAsync(Ct);
            await rotation.RewrapAsync(Ct);
            await separation;
            var arrived = await Task.WhenAll(arriving);
            await Gateway.RouteAsync();

            var (known, fresh) = (await _desk.SubjectAsync(kept), await _desk.SubjectAsync(wrong));
            fresh.ShouldNotBe(known);
            foreach (var deposit in (Guid[])[kept, wrong, .. arrived])
            {
                (await Gateway.ScalarAsync<bool>($"select bool_and(p.subject = d.subject) and bool_and(l.subject = d.subject and l.dossier = d.dossier) from exchange.deposit d join vault.part p on p.deposit = d.id join delivery.delivery l on l.deposit = d.id where d.id = '{deposit}'"))
                    .ShouldBeTrue($"round {round}");
                (await Gateway.GetAsync(RightsGateway.Ccapex, $"/v1/reception/{await _desk.RemiseAsync("ccapex-75", deposit)}"))["contenu"]!["dette"]!["total"]!.GetValue<decimal>().ShouldBe(3210.15m);
            }

            for (var i = 0; i < arrived.Length; i++)
            {
                var subject = await _desk.SubjectAsync(arrived[i]);
                if (i % 2 == 0)
                    subject.ShouldBe(known, $"round {round}");
                // What came before stays; of what came after and is word for word like both, a person is asked.
                else if (subject != known && subject != fresh)
                    (await Gateway.ScalarAsync<long>($"select count(*) from vault.match_pair where deposit = '{arrived[i]}' and state = 'aConfirmer' and other in ('{known}', '{fresh}')")).ShouldBeGreaterThan(0, $"round {round}");
            }
        }
    }

    [Fact]
    public async Task Routing_that_runs_meanwhile_delivers_to_the_file_where_the_message_is()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (_, kept, other, wrong) = await _desk.JoinWronglyAsync();
            // Its replacement goes with it, and is not routed yet.
            var replacement = (await rights.PostAsync(RightsGateway.Etude, $"/v1/depots/{wrong}/rectification", SeparationDesk.Act(other), HttpStatusCode.Accepted))["depot"]!.GetValue<Guid>();
            var routing = Gateway.RouteAsync();
            await Task.WhenAll(routing, _desk.SeparateAsync(wrong));
            await Gateway.RouteAsync();

            (await _desk.SubjectAsync(replacement)).ShouldBe(await _desk.SubjectAsync(wrong));
            (await _desk.SubjectAsync(replacement)).ShouldNotBe(await _desk.SubjectAsync(kept));
            (await Gateway.ScalarAsync<long>($"select count(*) from delivery.delivery l join exchange.deposit d on d.id = l.deposit where d.id in ('{wrong}', '{replacement}') and (l.subject <> d.subject or l.dossier <> d.dossier)"))
                .ShouldBe(0, $"round {round}");
            (await rights.StatusAsync(RightsGateway.Ccapex, $"/v1/reception/{await _desk.RemiseAsync("ccapex-75", replacement)}")).ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_comment_written_for_the_person_from_before_is_not_kept()
    {
        var (_, kept, _, wrong) = await _desk.JoinWronglyAsync();
        await _desk.SeparateAsync(wrong);
        var (subject, remise) = (await _desk.SubjectAsync(kept), await _desk.RemiseAsync("adil-75", wrong));
        await using var late = Gateway.Databases.Owner.CreateCommand(
            $"insert into delivery.comment (id, delivery, subject, recipient, author, sealed, created_at) select gen_random_uuid(), '{remise}', '{subject}', recipient, gen_random_uuid(), '', created_at from delivery.delivery where id = '{remise}'");
        (await Should.ThrowAsync<PostgresException>(() => late.ExecuteNonQueryAsync(Ct))).SqlState.ShouldBe(PostgresErrorCodes.SerializationFailure);
    }

    private Task<long> SealedAsync(Guid deposit) => Gateway.ScalarAsync<long>(
        $"select (select count(*) from vault.part where deposit = '{deposit}') + (select count(*) from exchange.part where deposit = '{deposit}')");
}
