using ExchangeGateway.Gateway.Pseudonyms;
using ExchangeGateway.Gateway.Storage;
using Npgsql;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>What a group leaves for the recognition of later messages, and the pairs and links that it found.</summary>
/// <param name="members">Messages of the group.</param>
internal sealed class MatchRows(int members)
{
    private readonly List<(Attribution At, Guid Deposit, Candidate Member)> _rows = new(members);

    public void Add(Attribution attribution, Guid deposit, Candidate member) => _rows.Add((attribution, deposit, member));

    public void AddTo(NpgsqlBatch batch)
    {
        // Of a subject that its message creates nothing is there yet. Arrays of arrays do not travel as columns: the keys of a profile go as one text.
        foreach (var profiles in _rows.GroupBy(r => r.At.NewKey is not null).Select(g => (OfNewSubject: g.Key, Rows: g.ToList())).OrderByDescending(p => p.OfNewSubject))
        {
            batch.Add(
                """
                insert into vault.match_profile (subject, digest, dossier, keys, profile, created_at)
                select subject, digest, dossier, coalesce(string_to_array(nullif(keys, ''), ' ')::bigint[], '{}'), profile, created_at
                from unnest($1, $2, $3, $4, $5, $6) as p(subject, digest, dossier, keys, profile, created_at)
                """ + (profiles.OfNewSubject ? "" : " on conflict do nothing"),
                Columns.Of(profiles.Rows, r => r.At.Subject.Id), Columns.Of(profiles.Rows, r => r.Member.Profile.Digest), Columns.Of(profiles.Rows, r => r.At.Dossier),
                Columns.Of(profiles.Rows, r => string.Join(' ', r.Member.Profile.Keys)), Columns.Of(profiles.Rows, r => r.Member.Profile.Profile),
                Columns.Of(profiles.Rows, r => r.Member.ReceivedAt));
        }

        var keys = new List<(long Key, Guid Id)>(8 * members);
        foreach (var (at, _, member) in _rows)
            AddNewKeys(at.Subject, member, keys);
        if (keys.Count > 0)
            batch.Add("insert into vault.match_key (key, subject) select * from unnest($1, $2)", Columns.Of(keys, k => k.Key), Columns.Of(keys, k => k.Id));

        var pairs = _rows.SelectMany(r => r.At.Pairs.Select(p => (r.At, r.Deposit, r.Member, p.Other, p.Result))).ToList();
        if (pairs.Count > 0)
        {
            batch.Add(
                """
                insert into vault.match_pair (id, territory, deposit, subject, other, score, findings, state, created_at)
                select id, territory, deposit, subject, other, score, findings, 'aConfirmer', created_at
                from unnest($1, $2, $3, $4, $5, $6, $7, $8) as p(id, territory, deposit, subject, other, score, findings, created_at) on conflict do nothing
                """,
                Columns.Of(pairs, p => Guid.CreateVersion7(p.Member.ReceivedAt)), Columns.Of(pairs, p => p.Member.Territory), Columns.Of(pairs, p => p.Deposit),
                Columns.Of(pairs, p => p.At.Subject.Id), Columns.Of(pairs, p => p.Other), Columns.Of(pairs, p => (float)p.Result.Score),
                Columns.Of(pairs, p => p.Result.Codes), Columns.Of(pairs, p => p.Member.ReceivedAt));
        }

        var joined = _rows.Where(r => r.At.Joined is not null).ToList();
        if (joined.Count > 0)
        {
            batch.Add("insert into vault.attachment (deposit, digest, household, score, findings, created_at) select * from unnest($1, $2, $3, $4, $5, $6)",
                Columns.Of(joined, j => j.Deposit), Columns.Of(joined, j => j.Member.Profile.Digest), Columns.Of(joined, j => !j.At.Joined!.SamePerson),
                Columns.Of(joined, j => (float)j.At.Joined!.Score), Columns.Of(joined, j => j.At.Findings), Columns.Of(joined, j => j.Member.ReceivedAt));
        }

        var moves = _rows.Where(r => r.At.MovedFrom is not null).DistinctBy(r => (r.At.Dossier, r.At.MovedFrom)).ToList();
        if (moves.Count > 0)
        {
            batch.Add(
                "insert into exchange.dossier_link (id, dossier, linked, kind, created_at) select id, dossier, linked, 'demenagement', at from unnest($1, $2, $3, $4) as l(id, dossier, linked, at)",
                Columns.Of(moves, m => Guid.CreateVersion7(m.Member.ReceivedAt)), Columns.Of(moves, m => m.At.Dossier), Columns.Of(moves, m => m.At.MovedFrom!.Value), Columns.Of(moves, m => m.Member.ReceivedAt));
        }
    }

    /// <summary>Adds the keys that the subject is not known to hold itself; those of a subject joined to it go when the joining is undone.</summary>
    private static void AddNewKeys(KnownSubject subject, Candidate member, List<(long Key, Guid Id)> keys)
    {
        foreach (var key in member.Profile.Keys)
        {
            var known = false;
            foreach (var profile in subject.Profiles)
                known |= profile.Holder == subject.Id && profile.Keys.Contains(key);
            if (!known)
                keys.Add((key, subject.Id));
        }
    }
}
