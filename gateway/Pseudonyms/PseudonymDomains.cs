namespace ExchangeGateway.Gateway.Pseudonyms;

/// <summary>Names of the secrets under which each recipient's pseudonyms are made: one domain per (recipient, purpose, version).</summary>
internal sealed class PseudonymDomains(Secrets secrets)
{
    /// <summary>Version of a recipient's key; a rotation raises it.</summary>
    private const int Version = 1;

    /// <summary>Pseudonym of a person for one recipient under one purpose.</summary>
    public async ValueTask<string> OfSubjectAsync(Guid recipient, string purpose, Guid subject, CancellationToken ct) =>
        Pseudonym.Of(await secrets.GetAsync($"pseudonym/{recipient}/{purpose}/{Version}", ct), subject);

    /// <summary>Reference of a dossier for one recipient: the same under all its purposes, so that its messages gather; another one at every other recipient.</summary>
    public async ValueTask<string> OfDossierAsync(Guid recipient, Guid dossier, CancellationToken ct) =>
        Pseudonym.Of(await secrets.GetAsync($"dossier/{recipient}/{Version}", ct), dossier);

    /// <summary>The dossier behind a recipient's own reference; <see langword="null"/> when the reference is none of it.</summary>
    public async ValueTask<Guid?> DossierAsync(Guid recipient, string reference, CancellationToken ct) =>
        Pseudonym.TryReverse(await secrets.GetAsync($"dossier/{recipient}/{Version}", ct), reference, out var dossier) ? dossier : null;
}
