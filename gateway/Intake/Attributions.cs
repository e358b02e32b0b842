using ExchangeGateway.Gateway.Matching;
using ExchangeGateway.Gateway.Pseudonyms;

namespace ExchangeGateway.Gateway.Intake;

/// <summary>Whose a message is.</summary>
/// <param name="NewKey">Data key of a subject that the message creates.</param>
/// <param name="NewDossier">Nobody has seen this subject in this dwelling yet.</param>
/// <param name="MovedFrom">The subject's latest dossier, in another dwelling: the new one is linked to it.</param>
/// <param name="Pairs">Known subjects that a person should compare with the new one.</param>
/// <param name="Code">For the log: meme, menage, nouveau, aConfirmer, rectification.</param>
/// <param name="Findings">For the log: which elements agreed or not, as codes.</param>
/// <param name="Joined">Why the message was added to a known subject by the score; <see langword="null"/> otherwise.</param>
internal sealed record Attribution(
    KnownSubject Subject, DataKey? NewKey, Guid Dossier, bool NewDossier, Guid? MovedFrom, IReadOnlyList<(Guid Other, MatchResult Result)> Pairs, string Code, string Findings,
    MatchResult? Joined = null);

/// <summary>Finds the subject and the dossier of a message among the candidates, or creates them.</summary>
internal sealed class Attributions(Decider decider, SubjectKeys keys)
{
    /// <param name="dossierOf">The dossier of a subject in the message's dwelling.</param>
    /// <param name="toldApart">Whether a person has said that two subjects are two people.</param>
    public Attribution Of(Candidate member, IReadOnlyList<KnownSubject> candidates, Func<Guid, Guid> dossierOf, Func<KnownSubject, KnownSubject, bool> toldApart)
    {
        // A rectification mends names and addresses: it stays with the subject of the message that it replaces.
        if (member.Corrects is { } corrected)
            return Known(candidates.FirstOrDefault(c => c.Id == corrected.Subject.Id) ?? corrected.Subject, member, dossierOf, "rectification", "");
        // Most messages find nobody: then nothing is decoded and compared.
        var decision = candidates.Count == 0 ? new Decision<KnownSubject>.New() : decider.Decide(member.Profile.Marks, candidates.Select(c => (c, (IReadOnlyList<Profile>)[.. c.Profiles.Select(p => p.Marks)])), toldApart);
        if (decision is Decision<KnownSubject>.Same same)
            return Known(same.Subject, member, dossierOf, same.Result.SamePerson ? "meme" : "menage", same.Result.Codes) with { Joined = same.Result };
        var (subject, key) = keys.NewSubject();
        IReadOnlyList<(Guid, MatchResult)> pairs = decision is Decision<KnownSubject>.ToConfirm confirm ? [.. confirm.Pairs.Select(p => (p.Subject.Id, p.Result))] : [];
        return new Attribution(
            subject, key, dossierOf(subject.Id), NewDossier: true, MovedFrom: null, pairs,
            pairs.Count > 0 ? "aConfirmer" : "nouveau", pairs.Count > 0 ? pairs[0].Item2.Codes : "");
    }

    private static Attribution Known(KnownSubject subject, Candidate member, Func<Guid, Guid> dossierOf, string code, string findings)
    {
        // A dossier of the subject itself: those of a subject joined to it stay as they are, so that the joining can be undone.
        var own = subject.Profiles.Where(p => p.Holder == subject.Id).ToList();
        if (own.Find(p => Comparison.SameDwelling(p.Marks, member.Profile.Marks)) is { } here)
            return new Attribution(subject, null, here.Dossier, NewDossier: false, null, [], code, findings);
        var dossier = dossierOf(subject.Id);
        Guid? before = own.Count > 0 && !own.Exists(p => p.Dossier == dossier) ? own[0].Dossier : null;
        return new Attribution(subject, null, dossier, NewDossier: true, before, [], code, findings);
    }
}
