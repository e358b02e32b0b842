using System.Text.Json;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Dossiers.Sessions;

internal sealed record CodedText(string Code, string Libelle);

/// <summary>A letter's model: <c>{seance}</c>, <c>{avis}</c> and <c>{dossier}</c> are filled in.</summary>
/// <param name="Destinataire">menage, or organisme for every other addressee.</param>
internal sealed record LetterTemplate(string Id, string Version, string Titre, string Destinataire, string Objet, IReadOnlyList<string> Corps);

/// <summary>What the staff keep about sessions and letters, <c>ccapex.json</c> beside the territories; read at each use, so that a mended file counts at once.</summary>
/// <param name="ReexamenMois">Months after which a file comes back by itself.</param>
internal sealed record CcapexSettings(
    string Version, string Statut, string Source, int ReexamenMois, string Secret, IReadOnlyList<CodedText> MotifsAide, IReadOnlyList<LetterTemplate> Lettres)
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    /// <exception cref="InvalidDataException">The file is missing or wrong; the message names it.</exception>
    public static CcapexSettings Load(RegisterOptions options)
    {
        var path = Path.Combine(options.TerritoriesFolder, "ccapex.json");
        try
        {
            var read = JsonSerializer.Deserialize<CcapexSettings>(File.ReadAllBytes(path), Strict);
            return read is { ReexamenMois: > 0, Secret.Length: > 0, MotifsAide.Count: > 0, Lettres: { } letters }
                && letters.Any(l => l.Destinataire == "menage") && letters.Any(l => l.Destinataire == "organisme")
                ? read
                : throw new InvalidDataException($"{path} : il faut reexamenMois, secret, motifsAide, et une lettre pour menage et pour organisme.");
        }
        catch (Exception wrong) when (wrong is IOException or JsonException)
        {
            throw new InvalidDataException($"{path} : {wrong.Message}", wrong);
        }
    }

    public LetterTemplate LetterFor(string target) => Lettres.First(l => l.Destinataire == (target == "menage" ? "menage" : "organisme"));
}
