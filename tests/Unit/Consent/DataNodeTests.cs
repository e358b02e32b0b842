using System.Text;
using ExchangeGateway.Consent;

namespace ExchangeGateway.Unit.Consent;

/// <summary>What a département's staff reads when a file they keep is wrong: where, what, and what to write instead.</summary>
public sealed class DataNodeTests
{
    [Theory]
    [InlineData("", "essai.json : JSON invalide à la ligne 1, position 1. Corrigez la syntaxe ; une propriété ne peut pas figurer deux fois.")]
    [InlineData("{\n \"a\": 1,\n \"b\" }", "essai.json : JSON invalide à la ligne 3, position 6. Corrigez la syntaxe ; une propriété ne peut pas figurer deux fois.")]
    [InlineData("{\"a\": 1, \"a\": 2}", "essai.json : JSON invalide à la ligne 1, position 1. Corrigez la syntaxe ; une propriété ne peut pas figurer deux fois.")]
    [InlineData("[]", "essai.json : le fichier n'est pas un objet JSON. Commencez le fichier par { et terminez-le par }.")]
    [InlineData("{\"a\": \"\\ud800\"}", "essai.json : texte mal codé (demi-caractère Unicode isolé). Enregistrez le fichier en UTF-8.")]
    public void A_file_that_is_no_JSON_object_is_refused_with_the_place(string text, string error)
    {
        var errors = new List<FileError>();
        DataNode.Parse("essai.json", Encoding.UTF8.GetBytes(text), errors).ShouldBeNull();
        errors.ShouldHaveSingleItem().ToString().ShouldBe(error);
    }

    [Fact]
    public void A_mark_of_byte_order_at_the_beginning_is_no_mistake()
    {
        var errors = new List<FileError>();
        DataNode.Parse("essai.json", "\uFEFF{\"a\": 1}"u8.ToArray(), errors).ShouldNotBeNull().Int("a", 1, 1).ShouldBe(1);
        errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void Thirty_two_levels_are_enough_for_any_file(int depth, bool read)
    {
        var errors = new List<FileError>();
        (DataNode.Parse("essai.json", Encoding.UTF8.GetBytes("{\"a\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}"), errors) is not null).ShouldBe(read);
    }

    [Fact]
    public void Each_kind_of_property_says_what_it_expects()
    {
        Told("{}", r => r.Text("a")).ShouldBe(["/a : propriété absente. Ajoutez « a »."]);
        Told("{\"a\": null}", r => r.Text("a")).ShouldBe(["/a : propriété absente. Ajoutez « a »."]);
        Told("{\"a\": 3}", r => r.Text("a")).ShouldBe(["/a : ce n'est pas un texte. Écrivez un texte entre guillemets."]);
        Told("{\"a\": \" \"}", r => r.Text("a")).ShouldBe(["/a : texte vide ou mal formé. Écrivez un texte entre guillemets."]);
        Told("{\"a\": []}", r => r.Object("a")).ShouldBe(["/a : ce n'est pas un objet. Écrivez { … }."]);
        Told("{\"a\": 1}", r => r.Required("a")!.Members().ShouldBeEmpty()).ShouldBe(["/a : ce n'est pas un objet. Écrivez { … }."]);
        Told("{\"a\": {}}", r => r.Items("a")).ShouldBe(["/a : ce n'est pas une liste. Écrivez [ … ]."]);
        Told("{\"a\": []}", r => r.Items("a")).ShouldBe(["/a : liste trop courte. Donnez au moins 1 élément."]);
        Told("{\"a\": [{}]}", r => r.Items("a", atLeast: 2)).ShouldBe(["/a : liste trop courte. Donnez au moins 2 éléments."]);
        Told("{\"a\": [{}, 1]}", r => r.Items("a")).ShouldBe(["/a/1 : ce n'est pas un objet. Écrivez { … }."]);
        Told("{\"a\": \"z\"}", r => r.OneOf("a", "x", "y")).ShouldBe(["/a : valeur hors vocabulaire. Choisissez : x, y."]);
        Told("{\"a\": 1}", r => r.OneOf("a", "x", "y")).ShouldBe(["/a : valeur hors vocabulaire. Choisissez : x, y."]);
        Told("{\"a\": \"true\"}", r => r.Bool("a")).ShouldBe(["/a : ce n'est ni true ni false. Écrivez true ou false, sans guillemets."]);
        Told("{}", r => r.Bool("a")).ShouldBe(["/a : propriété absente. Ajoutez « a »."]);
        Told("{\"a\": \"2026-02-30\"}", r => r.Date("a")).ShouldBe(["/a : date mal formée. Écrivez une date AAAA-MM-JJ qui existe."]);
        Told("{\"a\": 20260228}", r => r.OptionalDate("a")).ShouldBe(["/a : date mal formée. Écrivez une date AAAA-MM-JJ qui existe."]);
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("3", 3)]
    [InlineData("7", 7)]
    [InlineData("2", null)]
    [InlineData("8", null)]
    [InlineData("5.5", null)]
    [InlineData("\"5\"", null)]
    public void A_number_is_whole_and_within_its_bounds(string written, int? read)
    {
        var value = 0;
        var told = Told($"{{\"a\": {written}}}", r => value = r.Int("a", 3, 7));
        told.ShouldBe(read is null ? ["/a : nombre entier absent ou hors bornes. Écrivez un entier de 3 à 7."] : []);
        value.ShouldBe(read ?? 3);
    }

    [Fact]
    public void What_is_right_is_read_and_what_may_be_absent_may_be_null()
    {
        const string Json = """{"$schema":"x","t":"oui","b":true,"f":false,"d":"2026-11-20","l":["x"],"o":{"z":1,"a":2},"v":"b","n":null,"e":[]}""";
        Told(Json, r =>
        {
            r.Text("t").ShouldBe("oui");
            (r.Bool("b"), r.Bool("f")).ShouldBe((true, false));
            r.Date("d").ShouldBe(new DateOnly(2026, 11, 20));
            r.Items("l", objects: false).ShouldHaveSingleItem().AsText().ShouldBe("x");
            r.Items("e", atLeast: 0).ShouldBeEmpty();
            r.Object("o")!.Members().Select(m => (m.Name, m.Node.AsInt(0, 9), m.Node.Pointer)).ShouldBe([("z", 1, "/o/z"), ("a", 2, "/o/a")]);
            r.OneOf("v", "a", "b").ShouldBe("b");
            (r.Has("t"), r.Has("n"), r.Has("absent")).ShouldBe((true, false, false));
            (r.Optional("n"), r.OptionalText("absent"), r.OptionalDate("absent")).ShouldBe((null, null, null));
            r.Close();
        }).ShouldBeEmpty();
    }

    [Fact]
    public void A_property_that_nobody_reads_is_a_mistake_with_the_list_of_those_expected()
    {
        Told("""{"$schema":"x","titre":"a","tittre":"b"}""", r =>
        {
            r.Text("titre");
            r.OptionalText("auteur");
            r.Close();
        }).ShouldBe(["/tittre : propriété inconnue. Retirez-la ou corrigez son nom ; ici on attend : auteur, titre."]);
        // Members are data: each is read, and given once.
        Told("""{"a":1,"b":2}""", r =>
        {
            r.Int("a", 0, 9);
            r.Members().Select(m => m.Name).ShouldBe(["b"]);
            r.Close();
        }).ShouldBeEmpty();
        Told("""{"a":3}""", r => r.Required("a")!.Close()).ShouldBeEmpty();
    }

    [Fact]
    public void A_pointer_escapes_as_the_standard_says() =>
        Told("""{"a/b~c":1}""", r => r.Close()).ShouldHaveSingleItem().ShouldStartWith("/a~1b~0c : ");

    [Fact]
    public void Validity_may_be_one_day_and_never_ends_before_it_begins()
    {
        Told("""{"valideDu":"2026-11-20","valideAu":"2026-11-20"}""", r => r.Validity().ShouldBe((new(2026, 11, 20), new DateOnly(2026, 11, 20)))).ShouldBeEmpty();
        Told("""{"valideDu":"2026-11-20"}""", r => r.Validity().ShouldBe((new(2026, 11, 20), null))).ShouldBeEmpty();
        Told("""{"valideDu":"2026-11-20","valideAu":"2026-11-19"}""", r => r.Validity())
            .ShouldBe(["/valideAu : la fin de validité précède le début. Écrivez une date égale ou postérieure à « valideDu »."]);
    }

    [Fact]
    public void What_is_missing_has_a_value_that_permits_nothing() =>
        Told("{}", r =>
        {
            r.Text("a").ShouldBe("");
            r.OneOf("a", "x").ShouldBe("");
            r.Bool("a").ShouldBeFalse();
            r.Int("a", 3, 7).ShouldBe(3);
            r.Date("a").ShouldBe(DateOnly.MinValue);
            r.Items("a").ShouldBeEmpty();
            r.Object("a").ShouldBeNull();
        }).Count.ShouldBe(7);

    /// <summary>The errors that a reading notes, each without the file's name.</summary>
    private static List<string> Told(string json, Action<DataNode> read)
    {
        var errors = new List<FileError>();
        read(DataNode.Parse("essai.json", Encoding.UTF8.GetBytes(json), errors).ShouldNotBeNull());
        errors.ShouldAllBe(e => e.File == "essai.json");
        return [.. errors.Select(e => e.ToString()["essai.json ".Length..])];
    }
}
