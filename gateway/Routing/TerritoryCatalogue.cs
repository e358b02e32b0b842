using System.Diagnostics.CodeAnalysis;
using ExchangeGateway.Consent;
using ExchangeGateway.Gateway.Routing.Rules;

namespace ExchangeGateway.Gateway.Routing;

/// <summary>The territories that the gateway serves. Immutable; a reload makes another one.</summary>
internal sealed class TerritoryCatalogue
{
    private readonly Dictionary<string, Territory> _byCode;
    private readonly Dictionary<string, Territory> _byCommune;

    private TerritoryCatalogue(IReadOnlyList<Territory> territories)
    {
        All = territories;
        _byCode = territories.ToDictionary(t => t.Code, StringComparer.Ordinal);
        _byCommune = territories.SelectMany(t => t.Communes, (t, c) => (c.Insee, t)).ToDictionary(p => p.Insee, p => p.t, StringComparer.Ordinal);
    }

    public IReadOnlyList<Territory> All { get; }

    /// <summary>Reads every folder of <paramref name="folder"/> but <c>schemas</c>.</summary>
    /// <exception cref="TerritoryException">The folder is missing, or a file is wrong: every error of every file.</exception>
    public static TerritoryCatalogue Load(string folder)
    {
        if (!Directory.Exists(folder))
            throw new TerritoryException([new(folder, "", "dossier absent", "Indiquez le dossier ops/territories de la passerelle.")]);
        var errors = new List<FileError>();
        var territories = new List<Territory>();
        foreach (var path in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(path) is not "schemas")
                territories.Add(TerritoryFiles.Read(path, errors));
        }
        if (territories.Count == 0)
            errors.Add(new(folder, "", "aucun territoire", "Créez un dossier par territoire, sur le modèle de « modele »."));
        CheckTogether(territories, errors);
        return errors.Count == 0 ? new TerritoryCatalogue(territories) : throw new TerritoryException(errors);
    }

    /// <summary>The same territories, each changed.</summary>
    public TerritoryCatalogue With(Func<Territory, Territory> change) => new([.. All.Select(change)]);

    /// <summary>The territory that serves a commune, by INSEE code.</summary>
    public bool TryFindByCommune(string insee, [NotNullWhen(true)] out Territory? territory) => _byCommune.TryGetValue(insee, out territory);

    public bool TryGet(string code, [NotNullWhen(true)] out Territory? territory) => _byCode.TryGetValue(code, out territory);

    /// <summary>
    /// Rules that address somebody whom the register would refuse: purpose not in force, recipient or
    /// <c>auTitreDe</c> of another nature. Not an error of the files (the decision denies in any case): something to show
    /// at start and before a register or rules are put in force.
    /// </summary>
    public IReadOnlyList<FileError> Mismatches(PurposeRegister register, DateTimeOffset at)
    {
        var found = new List<FileError>();
        foreach (var territory in All)
        {
            var file = territory.Code + "/repartition.json";
            foreach (var rule in territory.Tables.SelectMany(t => t.Rules).Where(r => r.Active))
            {
                if (rule.IfUnknown is RuleUnknown.Hold { Asks: true } hold && territory.Questions is { } questions)
                {
                    found.AddRange(hold.AskedOf.Where(code => register.InForce(questions.Purpose, at)?.Recipients.Any(r => r.Nature == territory.Partners[code].Nature) is not true)
                        .Select(code => new FileError(file, rule.Pointer, $"règle {rule.Id} : {questions.Purpose} ne permet pas d'interroger « {territory.Partners[code].Nature} »", "Changez « demanderA », ou écrivez « retenir ».")));
                }
                foreach (var delivery in rule.Deliveries())
                {
                    var (pointer, nature) = (rule.Pointer, territory.Partners[delivery.Recipient].Nature);
                    var onBehalfOf = delivery.OnBehalfOf is { } code ? territory.Partners[code].Nature : null;
                    if (register.InForce(delivery.Purpose, at) is not { } purpose)
                        found.Add(new(file, pointer, $"règle {rule.Id} : la finalité {delivery.Purpose} n'est pas en vigueur au registre", "Inscrivez la finalité, ou désactivez la règle."));
                    else if (!purpose.Recipients.Any(r => r.Nature == nature))
                        found.Add(new(file, pointer, $"règle {rule.Id} : {delivery.Purpose} ne prévoit pas de destinataire « {nature} »", "Changez le destinataire ou la finalité."));
                    else if (!purpose.Recipients.Any(r => r.Nature == nature && r.OnBehalfOf == onBehalfOf))
                    {
                        var titles = purpose.Recipients.Where(r => r.Nature == nature).Select(r => r.OnBehalfOf ?? "(personne)").Distinct(StringComparer.Ordinal);
                        found.Add(new(file, pointer, $"règle {rule.Id} : {delivery.Purpose} s'exerce au titre de « {string.Join(" » ou « ", titles)} »", "Corrigez « auTitreDe »."));
                    }
                }
            }
        }
        return found;
    }

    private static void CheckTogether(List<Territory> territories, List<FileError> errors)
    {
        var communes = new Dictionary<string, string>(StringComparer.Ordinal);
        var natures = new Dictionary<string, (string Nature, string Territory)>(StringComparer.Ordinal);
        foreach (var territory in territories)
        {
            for (var i = 0; i < territory.Communes.Count; i++)
            {
                var insee = territory.Communes[i].Insee;
                if (insee.Length > 0 && !communes.TryAdd(insee, territory.Code))
                    errors.Add(new(territory.Code + "/territoire.json", $"/communes/{i}/insee", $"la commune {insee} est déjà desservie par le territoire {communes[insee]}", "Une commune n'a qu'un territoire : retirez-la de l'un des deux."));
            }
            foreach (var partner in territory.Partners.Values)
            {
                if (!natures.TryAdd(partner.Code, (partner.Nature, territory.Code)) && natures[partner.Code].Nature != partner.Nature)
                    errors.Add(new(territory.Code + "/partenaires.json", "/partenaires", $"{partner.Code} a une autre nature dans le territoire {natures[partner.Code].Territory}", "Une organisation n'a qu'une nature : corrigez l'une, ou changez de code."));
            }
        }
    }
}
