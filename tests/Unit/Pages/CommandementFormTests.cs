using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Pages.Depot;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Pages;

public class CommandementFormTests
{
    private static readonly SchemaCatalogue Schemas = SchemaCatalogue.Load();

    [Fact]
    public void Makes_a_message_that_the_schema_accepts_from_what_a_clerk_types()
    {
        var form = Form(Filled);

        var message = form.Build();

        form.HasErrors.ShouldBeFalse();
        Schemas.Validate(CommandementModel.Type, message).ShouldBeOfType<ValidationResult.Valid>();
        var json = JsonNode.Parse(message)!;
        json["dette"]!["total"]!.GetValue<decimal>().ShouldBe(2820.05m);
        json["dette"]!["premierMoisImpaye"]!.GetValue<string>().ShouldBe("2026-08");
        json["telephones"]![0]!["numero"]!.GetValue<string>().ShouldBe("0639980101");
        json["acte"]!["signifieLe"]!.GetValue<string>().ShouldBe("2026-11-03");
        json["bail"].ShouldBeNull();
    }

    [Fact]
    public void Says_what_is_missing_at_its_field_and_keeps_what_was_typed()
    {
        var form = Form([new("/acte/coutActe", "cent euros"), new("/bail/signeLe", "31/02/2024")]);

        form.Take(((ValidationResult.Invalid)Schemas.Validate(CommandementModel.Type, form.Build())).Errors);

        ErrorAt(form, "/acte/coutActe").ShouldStartWith("Donnez un montant en euros");
        ErrorAt(form, "/bail/signeLe").ShouldStartWith("Donnez une date qui existe");
        ErrorAt(form, "/acte/signifieLe").ShouldBe("Ce champ est obligatoire.");
        ErrorAt(form, "/personnes/0/nom").ShouldBe("Ce champ est obligatoire.");
        form["/acte/coutActe"].ShouldBe("cent euros");
    }

    [Fact]
    public void Leaves_empty_lines_out_and_brings_errors_back_to_the_line_that_was_filled()
    {
        // The second person and the first two months are left empty.
        var form = new CommandementForm(
            [.. Filled, new("/personnes/2/qualite", "caution"), new("/personnes/2/nom", "Exemple"), new("/dette/decompte/2/loyer", "850")], 3, 3);

        var message = form.Build();
        form.Take(((ValidationResult.Invalid)Schemas.Validate(CommandementModel.Type, message)).Errors);

        JsonNode.Parse(message)!["personnes"]!.AsArray().Count.ShouldBe(2);
        ErrorAt(form, "/personnes/2/prenoms").ShouldBe("Ce champ est obligatoire.");
        ErrorAt(form, "/dette/decompte/2/mois").ShouldBe("Ce champ est obligatoire.");
        form.Errors().Count.ShouldBe(2);
    }

    [Fact]
    public void Sends_to_the_group_what_concerns_the_whole_of_it()
    {
        var form = Form([.. Filled.Where(v => v.Key != "/motif"), new("/motif", "troubles")]);

        form.Take(((ValidationResult.Invalid)Schemas.Validate(CommandementModel.Type, form.Build())).Errors);

        form.Errors().ShouldHaveSingleItem().Anchor.ShouldBe("groupe-dette");
    }

    private static readonly KeyValuePair<string, string>[] Filled =
    [
        new("/motif", "impayes"), new("/personnes/0/qualite", "titulaire"), new("/personnes/0/nom", " D'Alembert-Lévêque "), new("/personnes/0/prenoms", "Anne-Sophie"),
        new("/logement/voie", "rue de l'Essai"), new("/logement/codePostal", "75 011"), new("/logement/codeCommune", "75111"), new("/logement/commune", "Paris 11e"),
        new("/telephoneConnu", "oui"), new("/telephones/0/numero", "06 39.98 01 01"), new("/acte/signifieLe", "03/11/2026"), new("/acte/modaliteRemise", "etude"),
        new("/acte/referenceEtude", "CDP-2026-1"), new("/acte/clauseResolutoireVisee", "oui"), new("/etude/nom", "SELARL Exemple"), new("/bailleur/type", "personnePhysique"),
        new("/dette/total", "2 820,05 €"), new("/dette/premierMoisImpaye", "08/2026"), new("/dette/moisImpayes", "3"), new("/bail/signeLe", "  "),
    ];

    private static CommandementForm Form(IEnumerable<KeyValuePair<string, string>> values) => new(values, 1, 3);

    private static string ErrorAt(CommandementForm form, string pointer) =>
        form.Show(CommandementFields.All(form.Persons, form.Months).Single(f => f.Pointer == pointer)).Error.ShouldNotBeNull(pointer);
}
