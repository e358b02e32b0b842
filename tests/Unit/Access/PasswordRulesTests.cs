using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Access.People;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ExchangeGateway.Unit.Access;

public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("Abcdefgh1!xy", true)] // 12 characters, 4 classes
    [InlineData("Abcdefgh1!x", false)] // 11
    [InlineData("Abcdefghi1xy", false)] // 12, 3 classes
    [InlineData("Abcdefghijk1xy", true)] // 14, 3 classes
    [InlineData("Abcdefghijk1x", false)] // 13, 3 classes
    [InlineData("abcdefghijklmnopqr", false)] // 1 class, however long
    [InlineData("abcdefghijklmn12", false)] // 2 classes
    [InlineData("Élodiehabitàlyon7", true)] // accents are letters
    [InlineData("cheval lune fenêtre tasse orage bouton sapin", true)] // 7 words
    [InlineData("cheval-lune-fenêtre-tasse-orage-bouton-sapin", true)]
    [InlineData("cheval lune fenêtre tasse orage bouton", false)] // 6 words
    [InlineData("cheval cheval cheval cheval cheval cheval cheval", false)] // one word said seven times
    [InlineData("a b c d e f g h i j", false)] // letters are no words
    [InlineData("Aaaaaaaaaa1!", false)] // four different characters
    [InlineData("", false)]
    public void Follows_the_deliberation_2022_100(string password, bool good) =>
        (PasswordRules.Errors(password, "").Count == 0).ShouldBe(good);

    [Fact]
    public async Task A_guess_at_a_kept_password_costs_a_hundred_thousand_rounds()
    {
        await using var services = new ServiceCollection().AddAccess(new ConfigurationBuilder().Build()).BuildServiceProvider();

        services.GetRequiredService<IOptions<PasswordHasherOptions>>().Value.IterationCount.ShouldBeGreaterThanOrEqualTo(100_000);
    }

    [Fact]
    public void Refuses_the_account_in_the_password() =>
        PasswordRules.Errors("Greffe.paris1!xyz", "greffe.paris@etude.invalid").ShouldHaveSingleItem().ShouldContain("identifiant");

    [Fact]
    public void Refuses_what_would_be_work_to_hash() =>
        PasswordRules.Errors("Ab1!" + new string('x', PasswordRules.MaxLength), "").ShouldHaveSingleItem().ShouldContain("256");

    [Fact]
    public void Generates_what_it_accepts()
    {
        var passwords = Enumerable.Range(0, 200).Select(_ => PasswordRules.Generate()).ToList();

        passwords.ShouldAllBe(password => PasswordRules.Errors(password, "").Count == 0);
        passwords.Distinct(StringComparer.Ordinal).Count().ShouldBe(200);
    }
}
