using System.Text.Json.Nodes;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Pages;
using ExchangeGateway.Gateway.Pages.Depot;
using ExchangeGateway.Gateway.Pages.Journal;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Unit.Pages;

/// <summary>No page shows a code: each has its words.</summary>
public class VocabularyTests
{
    private static readonly SchemaCatalogue Schemas = SchemaCatalogue.Load();

    /// <summary>Refusals that only software meets: no page leads to them.</summary>
    private static readonly string[] ForSoftware =
        ["non-authentifie", "methode-non-permise", "xml-invalide", "empreinte-differente", "type-de-contenu", "configuration-invalide", "erreur-interne"];

    [Fact]
    public void Every_code_of_the_canonical_schema_has_its_words() =>
        CodesOf(SchemaCatalogue.Canonical)
            .Where(code => !code.Pointer.StartsWith("/faits/", StringComparison.Ordinal) && !Vocabulary.TryLabel(code.Field, code.Value, out _))
            .ShouldBeEmpty();

    [Fact]
    public void Every_choice_of_the_form_is_one_of_the_schema_and_none_is_missing()
    {
        var codes = CodesOf(CommandementModel.Type.ToString()).ToLookup(c => c.Pointer, c => c.Value, StringComparer.Ordinal);
        foreach (var field in CommandementFields.All(1, 1).Where(f => f.Words is not null))
        {
            Vocabulary.Of(field.Words!).Select(v => v.Code)
                .ShouldBe(codes[field.Pointer.Replace("/0", "/*", StringComparison.Ordinal)], ignoreOrder: true, field.Pointer);
        }
    }

    [Fact]
    public void Every_field_of_the_form_is_one_of_the_schema_and_only_its_own_are_asked()
    {
        var asked = CommandementFields.All(1, 1).Select(f => f.Pointer.Replace("/0", "/*", StringComparison.Ordinal)).ToList();

        asked.Distinct(StringComparer.Ordinal).Count().ShouldBe(asked.Count);
        // A reference to an earlier act has no sense for the first act of a procedure.
        LeavesOf(CommandementModel.Type.ToString()).Except(asked, StringComparer.Ordinal).ShouldBe(["/acte/referenceActePrecedent"]);
        asked.Except(LeavesOf(CommandementModel.Type.ToString()), StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact]
    public void Every_message_type_and_category_has_its_words()
    {
        Schemas.Types.Where(t => Vocabulary.MessageType(t.ToString()) == "Autre envoi").ShouldBeEmpty();
        CategoryNames.All.ToNames().Where(n => Vocabulary.Category(n) == n).ShouldBeEmpty();
        Roles.All.Where(r => Vocabulary.Role(r) == r).ShouldBeEmpty();
    }

    [Fact]
    public void Every_action_of_the_log_has_its_words() =>
        Enum.GetValues<LogAction>().Where(a => a is not LogAction.None && !JournalWords.Knows(a)).ShouldBeEmpty();

    [Fact]
    public void Every_reason_that_a_role_may_give_has_its_words() =>
        Roles.All.SelectMany(DisclosureMotifs.Of).Except(DisclosureMotifs.Labels.Keys, StringComparer.Ordinal).ShouldBeEmpty();

    [Fact]
    public void Every_refusal_that_people_meet_is_said_to_people() =>
        Catalogue.All.Values.Where(r => !Guidance.Knows(r)).Select(r => r.Code).ShouldBe(ForSoftware, ignoreOrder: true);

    private static IEnumerable<(string Pointer, string Field, string Value)> CodesOf(string schema) => Walk(Root(schema), "")
        .Where(n => n.Node["enum"] is not null)
        .SelectMany(n => n.Node["enum"]!.AsArray().Select(v => (n.Pointer, Name(n.Pointer), v!.GetValue<string>())));

    private static string Name(string pointer) => pointer.Split('/').Last(step => step != "*");

    private static IEnumerable<string> LeavesOf(string schema) => Walk(Root(schema), "")
        .Where(n => n.Node["properties"] is null && n.Node["items"] is null)
        .Select(n => n.Pointer);

    private static JsonObject Root(string schema) => JsonNode.Parse(Schemas.Documents[schema].Span)!.AsObject();

    private static IEnumerable<(string Pointer, JsonObject Node)> Walk(JsonObject node, string pointer)
    {
        if (pointer.Length > 0)
            yield return (pointer, node);
        var inner = (node["properties"]?.AsObject() ?? []).Select(p => (pointer + "/" + p.Key, p.Value!.AsObject()));
        if (node["items"] is JsonObject items)
            inner = inner.Append((pointer + "/*", items));
        foreach (var (at, child) in inner)
        {
            foreach (var found in Walk(child, at))
                yield return found;
        }
    }
}
