using ExchangeGateway.Consent;

namespace ExchangeGateway.Unit.Consent;

/// <summary>Words that files, pages and stored rows share.</summary>
public sealed class VocabularyTests
{
    [Theory]
    [InlineData("commissaire-de-justice", "Étude de commissaire de justice")]
    [InlineData("caf", "CAF")]
    [InlineData("msa", "MSA")]
    [InlineData("bailleur", "Bailleur")]
    [InlineData("banque-de-france", "Banque de France")]
    [InlineData("ccapex", "Secrétariat et instructeurs de la CCAPEX")]
    [InlineData("adil", "ADIL")]
    [InlineData("departement", "Conseil départemental, service social")]
    [InlineData("caf-action-sociale", "Action sociale de la CAF")]
    [InlineData("fsl", "Fonds de solidarité pour le logement")]
    [InlineData("equipe-mobile", "Équipe mobile de prévention")]
    [InlineData("prefet", "Préfet, préfecture de police")]
    [InlineData("organisme-dsf", "Organisme chargé du diagnostic social et financier")]
    [InlineData("tribunal", "Tribunal : juge et greffe")]
    [InlineData("association", "Association d'accès aux droits")]
    [InlineData("action-logement", "Action Logement")]
    [InlineData("barreau", "Barreau")]
    [InlineData("ligne-ecoute", "Ligne d'écoute et d'orientation")]
    [InlineData("pilote", "Pilotes des indicateurs")]
    public void Each_nature_has_a_French_name(string nature, string name)
    {
        PartnerNatures.All.ShouldContain(nature);
        PartnerNatures.Label(nature).ShouldBe(name);
    }

    [Fact]
    public void A_nature_that_is_not_known_is_called_by_its_code()
    {
        PartnerNatures.All.Count.ShouldBe(19, "one line above each");
        PartnerNatures.Label("mairie").ShouldBe("mairie");
    }

    [Fact]
    public void Roles_that_send_or_receive_are_four() =>
        AgentRoles.All.ShouldBe(["depositaire", "instructeur", "secretariat", "autorite"]);

    [Fact]
    public void Stored_codes_never_change()
    {
        Enum.GetValues<ConsentAct>().Select(a => a.Code).ShouldBe(["accord", "refus", "retrait", "opposition", "limitation", "leveeLimitation"]);
        Enum.GetValues<ConsentEffect>().Select(e => e.Code).ShouldBe(["aucun", "accordEnVigueur", "arretImmediat", "limitation", "levee"]);
        Enum.GetValues<RightKind>().Select(k => k.Code).ShouldBe(["acces", "rectification", "limitation", "opposition", "effacement"]);
        Enum.GetValues<RefusalGround>().Select(g => g.Code).ShouldBe([
            "obligationLegale", "missionInteretPublic", "texteContraire", "retraitDeLAccord", "motifsLegitimesImperieux", "droitsEnJustice", "donneesExactes",
            "conditionsLimitationAbsentes", "droitsDAutrui", "identiteNonEtablie", "manifestementInfondee", "excessive"]);
    }

    [Fact]
    public void A_code_is_read_as_it_is_written_and_no_other()
    {
        foreach (var act in Enum.GetValues<ConsentAct>())
        {
            ConsentCodes.TryParse(act.Code, out var read).ShouldBeTrue();
            read.ShouldBe(act);
        }

        foreach (var kind in Enum.GetValues<RightKind>())
        {
            RightsCodes.TryParse(kind.Code, out var read).ShouldBeTrue();
            read.ShouldBe(kind);
        }

        foreach (var wrong in new[] { null, "", "Retrait", "retrait ", "7" })
        {
            ConsentCodes.TryParse(wrong, out var act).ShouldBeFalse();
            act.ShouldBe(default);
            RightsCodes.TryParse(wrong, out var kind).ShouldBeFalse();
            kind.ShouldBe(default);
            GroundCodes.TryParse(wrong, out var ground).ShouldBeFalse();
            ground.ShouldBe(default);
        }
    }
}
