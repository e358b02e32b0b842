using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ExchangeGateway.Browser;

/// <summary>What a partner's software sends beside the pages, over HTTP as a stranger.</summary>
internal static class Deposits
{
    /// <summary>A commandement de payer of an invented household, with its act; routed when this returns.</summary>
    public static async Task SendActAsync(this BrowserRun run, string name)
    {
        using var message = JsonContent.Create(new JsonObject
        {
            ["motif"] = "impayes",
            ["personnes"] = new JsonArray(new JsonObject { ["qualite"] = "titulaire", ["civilite"] = "MME", ["nom"] = name, ["prenoms"] = "Élodie", ["dateNaissance"] = "1985-05-07" }),
            ["logement"] = new JsonObject { ["numero"] = "3", ["voie"] = "rue de l'Essai", ["etage"] = "2e étage", ["codePostal"] = "75011", ["codeCommune"] = "75111", ["commune"] = "Paris 11e" },
            ["telephoneConnu"] = "oui",
            ["telephones"] = new JsonArray(new JsonObject { ["numero"] = "0639980101", ["source"] = "bailleur", ["constateLe"] = "2026-10-02" }),
            ["acte"] = new JsonObject
            {
                ["referenceEtude"] = "CDP-" + Guid.NewGuid().ToString("N")[..8],
                ["requerant"] = "SCI Exemple",
                ["signifieLe"] = "2026-11-02",
                ["modaliteRemise"] = "domicile",
                ["clauseResolutoireVisee"] = true,
                ["delaiVise"] = "sixSemaines",
                ["noticeAnnexee"] = "non",
                ["coutActe"] = 142.35m,
            },
            ["etude"] = new JsonObject { ["nom"] = "SELARL Exemple", ["ville"] = "Paris" },
            ["bailleur"] = new JsonObject { ["type"] = "personnePhysique", ["parc"] = "prive", ["gestion"] = "mandataire", ["nom"] = "Bailleur Exemple" },
            ["bail"] = new JsonObject { ["signeLe"] = "2024-02-01", ["typeBail"] = "vide", ["clauseResolutoire"] = true, ["garantie"] = "aucune" },
            ["dette"] = new JsonObject
            {
                ["loyerHorsCharges"] = 812.4m,
                ["charges"] = 75m,
                ["total"] = 3549.6m,
                ["premierMoisImpaye"] = "2026-07",
                ["moisImpayes"] = 4,
                ["decompte"] = new JsonArray(Month("2026-07"), Month("2026-08"), Month("2026-09"), Month("2026-10")),
            },
        });
        var receipt = (await SendAsync(run, HttpMethod.Post, "/v1/commissaires-de-justice/commandements-de-payer", message))!;
        using var act = new ByteArrayContent(Samples.Pdf);
        act.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        await SendAsync(run, HttpMethod.Put, $"/v1/depots/{receipt["depot"]}/pieces/acte", act);

        // The worker may hold the item already: it is ours to route, or its to finish.
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(30);
        do
        {
            await run.RouteAsync();
            TimeProvider.System.GetUtcNow().ShouldBeLessThan(deadline, "routing takes more than 30 s");
        }
        while ((await SendAsync(run, HttpMethod.Get, $"/v1/depots/{receipt["depot"]}", null))!["etat"]!.GetValue<string>() != "transmis");
    }

    /// <summary>An assignation of the private park: the services are asked whether they know the household.</summary>
    public static async Task SendAssignationAsync(this BrowserRun run, string name)
    {
        using var message = JsonContent.Create(new JsonObject
        {
            ["motif"] = "impayes",
            ["personnes"] = new JsonArray(new JsonObject { ["qualite"] = "titulaire", ["nom"] = name, ["prenoms"] = "Élodie", ["dateNaissance"] = "1986-06-08" }),
            ["logement"] = new JsonObject { ["numero"] = "5", ["voie"] = "rue de l'Essai", ["codePostal"] = "75011", ["codeCommune"] = "75111", ["commune"] = "Paris 11e" },
            ["telephoneConnu"] = "nonRecherche",
            ["acte"] = new JsonObject
            {
                ["referenceEtude"] = "ASS-" + Guid.NewGuid().ToString("N")[..8],
                ["signifieLe"] = "2026-11-02",
                ["modaliteRemise"] = "etude",
                ["juridiction"] = "Tribunal judiciaire de Paris",
                ["audienceLe"] = "2027-02-15",
            },
            ["etude"] = new JsonObject { ["nom"] = "SELARL Exemple" },
            ["bailleur"] = new JsonObject { ["type"] = "personnePhysique", ["parc"] = "prive" },
        });
        await SendAsync(run, HttpMethod.Post, "/v1/commissaires-de-justice/assignations", message);
        await run.RouteAsync();
    }

    private static JsonObject Month(string month) => new() { ["mois"] = month, ["loyer"] = 812.4m, ["provisions"] = 75m };

    private static async Task<JsonNode?> SendAsync(BrowserRun run, HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new("Bearer", await TokenAsync(run));
        using var response = await run.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    private static async Task<string> TokenAsync(BrowserRun run)
    {
        const string client = "etude-75-001-depositaire";
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client,
            ["client_secret"] = run.Client(client).Secret,
        });
        using var response = await run.Http.PostAsync(new Uri("/connect/token", UriKind.Relative), form);
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!["access_token"]!.GetValue<string>();
    }
}
