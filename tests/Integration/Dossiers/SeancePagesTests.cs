using System.Net;
using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Integration.Gateway;
using ExchangeGateway.Integration.Pages;

namespace ExchangeGateway.Integration.Dossiers;

/// <summary>What is printed for a session: attendance sheet, sheet of a file, letters. What stands in it, who may have it, and the entry that each leaves.</summary>
public sealed class SeancePagesTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_attendance_sheet_recalls_the_secret_names_no_household_and_exists_for_its_commission_only()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var (session, item, household) = await Commission.PrepareAsync(gateway);
        using var secretary = await PageVisitor.SignInAsync(gateway, "ccapex-75", Roles.Secretariat);
        var before = await EntriesAsync(gateway, "SessionConsulted");

        var sheet = await secretary.GetAsync($"/seances/{session}/emargement");

        sheet.Status.ShouldBe(HttpStatusCode.OK);
        sheet.NoStore.ShouldBeTrue();
        foreach (var said in new[] { "Feuille d’émargement", "226-13", "24/11/2026 à 09:30", "Salle de la commission", "DRIHL Coprésidence", "CAF Action sociale", "Signature" })
            sheet.Text.ShouldContain(said);
        foreach (var secret in new[] { household.Name, household.Street, "SAISINE-75-1", item })
            sheet.Html.ShouldNotContain(secret, Case.Insensitive);
        (await EntriesAsync(gateway, "SessionConsulted")).ShouldBe(before + 1);
        (await gateway.ScalarAsync<bool>("select (select agent from audit.entry where action = 'SessionConsulted' order by at desc limit 1) = (select id::text from access.person where user_name like 'secretariat.%')")).ShouldBeTrue();

        // Another commission, another role, nobody; and a session that is not: all the same to who asks.
        using var other = await PageVisitor.SignInAsync(gateway, "ccapex-modele", Roles.Secretariat);
        var refusals = await EntriesAsync(gateway, "AccessRefused");
        foreach (var path in new[] { "emargement", $"fiche/{item}", "" })
            (await other.GetAsync($"/seances/{session}/{path}")).Status.ShouldBe(HttpStatusCode.NotFound, path);
        (await EntriesAsync(gateway, "AccessRefused")).ShouldBe(refusals + 3);
        (await secretary.GetAsync($"/seances/{Guid.NewGuid()}/emargement")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await EntriesAsync(gateway, "SessionConsulted")).ShouldBe(before + 1, "nothing was shown");
        using var jurist = await PageVisitor.SignInAsync(gateway, "adil-75", Roles.Instructeur);
        (await jurist.GetAsync($"/seances/{session}/emargement")).Status.ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.Redirect);
        using var stranger = PageVisitor.Stranger(gateway);
        (await stranger.GetAsync($"/seances/{session}/emargement")).Location!.ShouldContain("/connexion");
    }

    [Fact]
    public async Task The_sheet_of_a_file_says_what_its_messages_say_without_identity()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var (session, item, household) = await Commission.PrepareAsync(gateway);
        var saisine = Messages.Saisine(household);
        saisine["dette"] = new JsonObject { ["total"] = 4321.5m, ["moisImpayes"] = 5, ["fsl"] = "depose", ["protocoleCohesionSociale"] = true };
        await gateway.DepositAsync("ville-75-depositaire", "instances/saisines-ccapex", saisine);
        await gateway.RouteAsync();
        using var secretary = await PageVisitor.SignInAsync(gateway, "ccapex-75", Roles.Secretariat);
        var before = await EntriesAsync(gateway, "DossierConsulted");

        var sheet = await secretary.GetAsync($"/seances/{session}/fiche/{item}");

        sheet.Status.ShouldBe(HttpStatusCode.OK);
        foreach (var said in new[] { "Première présentation", "321,50", "Mois impayés 5", "FSL Demande déposée", "Protocole de cohésion sociale Oui", "DALO Non renseigné", "sans identité" })
            sheet.Text.ShouldContain(said);
        foreach (var secret in new[] { household.Name, household.Street, household.GivenName })
            sheet.Text.ShouldNotContain(secret, Case.Insensitive);
        (await EntriesAsync(gateway, "DossierConsulted")).ShouldBe(before + 1);
    }

    [Fact]
    public async Task The_letters_to_print_are_one_an_addressee_and_each_identity_leaves_its_entry()
    {
        await using var gateway = await TestGateway.StartAsync(postgres);
        var (session, item, household) = await Commission.PrepareAsync(gateway);
        (await Commission.PostAsync(gateway, $"/v1/ccapex/seances/{session}/dossiers/{item}/avis", Commission.Advice(("menage", "payerLeLoyer"), ("servicesSociaux", "fsl")))).ShouldBe(HttpStatusCode.OK);
        using var secretary = await PageVisitor.SignInAsync(gateway, "ccapex-75", Roles.Secretariat);

        var printed = await secretary.PostAsync($"/seances/{session}", "Lettres", ("motif", "courrier"), ("forme", "page"));

        printed.Status.ShouldBe(HttpStatusCode.OK);
        printed.NoStore.ShouldBeTrue();
        var letters = printed.Html.Split("<article class=\"feuille")[1..].Select(l => WebUtility.HtmlDecode(l)).ToList();
        letters.Count.ShouldBe(2);
        var home = letters.Single(l => l.Contains(household.Name, StringComparison.Ordinal));
        home.ShouldContain($"{household.Number} {household.Street}");
        home.ShouldContain("75011 PARIS 11E ARRONDISSEMENT");
        home.ShouldContain("payer le loyer courant");
        home.ShouldContain("24/11/2026");
        var office = letters.Single(l => l != home);
        office.ShouldContain("Services sociaux");
        office.ShouldContain("saisir le fonds de solidarité");
        office.ShouldNotContain(household.Street);
        (await EntriesAsync(gateway, "IdentityDisclosed")).ShouldBe(1);
        (await EntriesAsync(gateway, "LettersPrepared")).ShouldBe(1);

        // The file for mail merge is the same letters; a reason that is not the role's gives none and discloses nobody.
        var merge = await secretary.PostAsync($"/seances/{session}", "Lettres", ("motif", "courrier"), ("forme", "csv"));
        merge.Html.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(3);
        (await secretary.PostAsync($"/seances/{session}", "Lettres", ("motif", "curiosite"), ("forme", "page"))).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await EntriesAsync(gateway, "IdentityDisclosed")).ShouldBe(2);

        // Another commission sends the form of its own pages to this session.
        using var other = await PageVisitor.SignInAsync(gateway, "ccapex-modele", Roles.Secretariat);
        var stolen = await other.SubmitAsync("/seances", $"/seances/{session}", "Lettres", ("motif", "courrier"), ("forme", "page"));
        stolen.Status.ShouldBe(HttpStatusCode.NotFound);
        stolen.Html.ShouldNotContain(household.Name);
        using var direct = await gateway.PostAsync("ccapex-modele-secretariat", $"/v1/ccapex/seances/{session}/publipostage", new JsonObject { ["motif"] = "courrier" });
        direct.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await EntriesAsync(gateway, "IdentityDisclosed")).ShouldBe(2);
    }

    private static Task<long> EntriesAsync(TestGateway gateway, string action) => gateway.ScalarAsync<long>($"select count(*) from audit.entry where action = '{action}'");
}
