using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;

namespace ExchangeGateway.Gateway.Access.People;

/// <summary>
/// What a password must be: 80 bits by one of the three examples of the CNIL's délibération 2022-100: 12 characters of
/// four classes, 14 of three, or a sentence of seven words. No periodic change.
/// </summary>
internal sealed class PasswordRules : IPasswordValidator<Person>
{
    /// <summary>Longest password accepted, in characters: a bound on the work of hashing.</summary>
    public const int MaxLength = 256;

    private const int WordLength = 3;

    public Task<IdentityResult> ValidateAsync(UserManager<Person> manager, Person user, string? password)
    {
        var errors = Errors(password ?? "", user.UserName ?? "");
        return Task.FromResult(errors.Count == 0
            ? IdentityResult.Success
            : IdentityResult.Failed([.. errors.Select(message => new IdentityError { Code = "motDePasse", Description = message })]));
    }

    /// <summary>French sentences that say what is missing; empty when the password is good.</summary>
    /// <param name="password">The password proposed.</param>
    /// <param name="account">The account it is for: its own name adds no secret.</param>
    public static IReadOnlyList<string> Errors(string password, string account)
    {
        if (password.Length > MaxLength)
            return [$"Le mot de passe dépasse {MaxLength} caractères."];
        var errors = new List<string>();
        var name = account.Split('@')[0];
        if (name.Length >= 4 && password.Contains(name, StringComparison.OrdinalIgnoreCase))
            errors.Add("Le mot de passe ne doit pas contenir votre identifiant.");
        if (password.Distinct().Count() < 6)
            errors.Add("Le mot de passe répète trop peu de caractères différents.");

        var classes = Classes(password);
        if (!(password.Length >= 12 && classes == 4) && !(password.Length >= 14 && classes >= 3) && Words(password) < 7)
            errors.Add("Choisissez 12 caractères avec majuscules, minuscules, chiffres et signes, ou 14 caractères avec trois de ces sortes, ou une phrase d'au moins sept mots.");
        return errors;
    }

    /// <summary>A password that follows the rules: 16 characters of four classes, without those that look alike.</summary>
    public static string Generate()
    {
        const string Letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-+=!?";
        while (true)
        {
            var password = RandomNumberGenerator.GetString(Letters, 16);
            if (Classes(password) == 4 && Errors(password, "").Count == 0)
                return password;
        }
    }

    private static int Classes(string password) =>
        (password.Any(char.IsUpper) ? 1 : 0)
        + (password.Any(char.IsLower) ? 1 : 0)
        + (password.Any(char.IsDigit) ? 1 : 0)
        + (password.Any(c => !char.IsLetterOrDigit(c) && !char.IsWhiteSpace(c) && !char.IsControl(c)) ? 1 : 0);

    /// <summary>Different words of at least three letters.</summary>
    private static int Words(string password) => password
        .Split(password.Where(c => !char.IsLetterOrDigit(c)).Distinct().ToArray(), StringSplitOptions.RemoveEmptyEntries)
        .Where(word => word.Length >= WordLength && word.All(char.IsLetter))
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Count();
}
