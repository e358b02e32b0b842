using System.Text.Json;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Matching;
using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;
using ExchangeGateway.Schemas;
using Npgsql;

namespace ExchangeGateway.Gateway.Rights;

/// <summary>Where the person lives, when it helps to find them.</summary>
internal sealed record RequesterHome(string? Numero, string? Voie, string? CodePostal, string? CodeCommune, string? Commune);

internal abstract record PersonFound
{
    /// <param name="Subject">The one that stands for all those joined to it.</param>
    internal sealed record One(Guid Subject) : PersonFound;

    internal sealed record Nobody : PersonFound;

    /// <summary>Two persons of that name and birth: who asks must say more.</summary>
    internal sealed record Several : PersonFound;
}

/// <summary>
/// Finds the person who asks: by the marks that recognise a household (nothing is searched in clear), or by a reference that
/// the person gives; then by the identity itself, which must stand in a message. A reference alone never opens anything.
/// </summary>
internal sealed class FindPerson(Databases databases, Secrets secrets, SubjectKeys keys, AuditPseudonyms pseudonyms, RegistersInForce registers)
{
    public async Task<PersonFound> RunAsync(Requester who, RequesterHome? home, Guid? deposit, string? pseudonym, CancellationToken ct)
    {
        var candidates = await CandidatesAsync(who, home, deposit, pseudonym, ct);
        await using var connection = await databases.Vault.OpenConnectionAsync(ct);
        var found = new HashSet<Guid>();
        foreach (var candidate in candidates)
        {
            if (await NamesAsync(connection, candidate, who, ct))
                found.Add(await RootAsync(connection, candidate, ct));
        }

        return found.Count switch
        {
            0 => new PersonFound.Nobody(),
            1 => new PersonFound.One(found.First()),
            _ => new PersonFound.Several(),
        };
    }

    private async Task<IReadOnlyCollection<Guid>> CandidatesAsync(Requester who, RequesterHome? home, Guid? deposit, string? pseudonym, CancellationToken ct)
    {
        if (pseudonym is not null)
            return AuditPseudonyms.TryParse(pseudonym, out var bytes) ? [await pseudonyms.SubjectOfAsync(bytes, ct)] : [];
        if (deposit is { } id)
        {
            await using var select = databases.Vault.CreateCommand("select subject from exchange.deposit where id = $1 and not sandbox");
            select.Parameters.AddWithValue(id);
            return await select.ExecuteScalarAsync(ct) is Guid subject ? [subject] : [];
        }

        var found = new HashSet<Guid>();
        foreach (var territory in registers.Current.Territories.All)
        {
            var profile = ProfileForms.Of(await secrets.GetAsync("tokens/" + territory.Code, ct), Message(who, home));
            found.UnionWith(await SearchAsync(profile, ct));
        }

        return found;
    }

    private async Task<IEnumerable<Guid>> SearchAsync(MessageProfile profile, CancellationToken ct)
    {
        await using var select = databases.Intake.CreateCommand("select distinct subject from vault.find_subjects($1, '{}')");
        select.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = profile.Sought });
        await using var reader = await select.ExecuteReaderAsync(ct);
        var known = new HashSet<Guid>();
        while (await reader.ReadAsync(ct))
            known.Add(reader.GetGuid(0));
        // Who shares a mark may be somebody else: the identity itself decides.
        return known;
    }

    /// <summary>Whether a message about the person, under any subject joined, names who asks.</summary>
    private async Task<bool> NamesAsync(NpgsqlConnection connection, Guid subject, Requester who, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select p.deposit, p.sealed, s.id, s.vault_key, s.wrapped_key
            from rights.deposits_of($1) d join vault.part p on p.deposit = d.deposit and p.category = $2 join vault.subject s on s.id = d.subject
            """,
            connection)
        {
            Parameters = { new() { Value = subject }, new() { Value = (short)Categories.Identite } },
        };
        await using var reader = await select.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            using var key = keys.Unwrap(reader.GetGuid(2), reader.GetInt32(3), reader.GetFieldValue<byte[]>(4));
            var identity = JsonSerializer.Deserialize(key.Open(PartTable.Vault, reader.GetGuid(0), Categories.Identite, reader.GetFieldValue<byte[]>(1)), SignalementJson.Default.Identite);
            if (identity?.Personnes.Any(who.Is) is true)
                return true;
        }

        return false;
    }

    private static async Task<Guid> RootAsync(NpgsqlConnection connection, Guid subject, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand("select vault.root_of($1)", connection) { Parameters = { new() { Value = subject } } };
        return (Guid)(await select.ExecuteScalarAsync(ct))!;
    }

    private static Signalement Message(Requester who, RequesterHome? home) => new()
    {
        Type = new MessageType("droits", "demande"),
        SchemaVersion = "",
        Faits = new Faits { Stade = "", Motif = "", TypeMessage = "", Commune = home?.CodeCommune ?? "" },
        Drapeaux = [],
        Identite = new Identite { Personnes = [new Personne { Rang = 1, Qualite = "titulaire", Nom = who.Nom, Prenoms = who.Prenoms, DateNaissance = who.DateNaissance }] },
        Adresse = new Adresse
        {
            Numero = home?.Numero,
            Voie = home?.Voie ?? "",
            CodePostal = home?.CodePostal ?? "",
            CodeCommune = home?.CodeCommune ?? "",
            Commune = home?.Commune ?? "",
        },
    };
}
