using System.Diagnostics;
using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Intake;
using ExchangeGateway.Gateway.Refusals;
using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Schemas;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ExchangeGateway.Gateway.Pages.Depot;

/// <summary>An office sends one commandement de payer by form, with the act as PDF: normally both or none.</summary>
[Authorize(Policy = Policies.Deposer)]
[Journalise(LogAction.DepositReceived)]
[RequestSizeLimit(Uploads.Largest)]
// The whole form stays in memory: beyond its threshold the framework would put the act, in clear, into a temporary file.
[RequestFormLimits(MultipartBodyLengthLimit = Uploads.Largest, MemoryBufferThreshold = Uploads.Largest)]
internal sealed class CommandementModel(
    IntakePipeline intake, JoindrePiece joindre, RefusalLog refusals, SchemaCatalogue schemas, RegistersInForce registers, IOptions<AccessOptions> access, ILogger<CommandementModel> logger) : PersonPage
{
    public static readonly MessageType Type = new("commissaires-de-justice", "commandements-de-payer");

    private const string OfficeKey = "etude";

    public CommandementForm Form { get; private set; } = new([], 1, 3);

    /// <summary>Makes sending the same form twice one deposit.</summary>
    public string Key { get; private set; } = "";

    public string? PieceError { get; private set; }

    /// <summary>How long the form may stay open without being sent: the session ends then.</summary>
    public string Idle => French.Wait(access.Value.SessionIdle);

    /// <summary>A browser empties the file field of a page that comes back: the clerk must know.</summary>
    public bool PieceToChooseAgain { get; private set; }

    public void OnGet()
    {
        Key = "page-" + Guid.NewGuid().ToString("N");
        var office = TempData.Peek(OfficeKey) is string kept ? JsonSerializer.Deserialize<Dictionary<string, string>>(kept)! : [];
        office.TryAdd("/etude/nom", User.FindFirstValue("organisation") ?? "");
        Form = new([.. office, new("/motif", "impayes"), new("/personnes/0/qualite", "titulaire")], 1, 3);
    }

    public async Task<IActionResult> OnPostAsync(
        [FromForm(Name = "cle")] string? key, [FromForm(Name = "ajouter")] string? add,
        [FromForm(Name = "personnes")] int persons, [FromForm(Name = "mois")] int months, [FromForm(Name = "acte")] IFormFile? piece, CancellationToken ct)
    {
        Form = new(Values(), persons + (add == "personne" ? 1 : 0), months + (add == "mois" ? 3 : 0));
        Key = key is { Length: > 5 and <= 80 } ? key : "page-" + Guid.NewGuid().ToString("N");
        PieceToChooseAgain = piece is not null;
        if (add is not null)
            return Page();

        var content = await PieceAsync(piece, ct);
        FindCommune();
        var message = Form.Build();
        if (Form.HasErrors || PieceError is not null)
        {
            // All at once: what the schema says beside what could not be read here.
            Form.Take(schemas.Validate(Type, message) switch
            {
                ValidationResult.Invalid invalid => invalid.Errors,
                ValidationResult.ContainsNir nir => nir.Errors,
                ValidationResult.ContainsBankData bank => bank.Errors,
                ValidationResult.NotJson notJson => [notJson.Error],
                _ => [],
            });
            return Mend();
        }

        switch (await intake.RunAsync(new IntakeRequest(Type, Caller, message) { IdempotencyKey = Key }, ct))
        {
            case IntakeOutcome.Accepted accepted:
                RememberOffice();
                if (content is not null)
                    await JoinAsync(accepted.Deposit, content, ct);
                return RedirectToPage("/Depot/Envoi", new { id = accepted.Deposit });
            case IntakeOutcome.Refused refused:
                await refusals.RefuseAsync(Caller, LogAction.DepositRefused, refused, new Dictionary<string, string>(StringComparer.Ordinal) { ["type"] = Type.ToString(), ["page"] = "oui" }, ct);
                Form.Take(refused.Errors ?? []);
                if (refused.Refusal == Catalogue.SchemaInvalide)
                    return Mend();
                return Refused(refused.Refusal, refused.Refusal == Catalogue.TerritoireNonServi ? refused.Detail : null);
            default:
                throw new UnreachableException();
        }
    }

    private IEnumerable<KeyValuePair<string, string>> Values() =>
        Request.Form.Where(f => f.Key.StartsWith('/')).Select(f => KeyValuePair.Create(f.Key, f.Value.ToString()));

    /// <summary>The act is checked before anything is sent.</summary>
    private async Task<byte[]?> PieceAsync(IFormFile? piece, CancellationToken ct)
    {
        if (piece is null || piece.Length == 0)
            return null;
        var (content, error) = await Uploads.ReadPdfAsync(piece, ct);
        PieceError = error;
        return content;
    }

    private void FindCommune()
    {
        if (Form["/logement/codeCommune"] is not null || Form["/logement/codePostal"] is not { } typed)
            return;
        var postalCode = French.Unspaced(typed);
        if (CommuneOfPostalCode.Find(registers.Current.Territories, postalCode, Form["/logement/commune"]) is { } insee)
            Form.Put("/logement/codeCommune", insee);
        else if (postalCode.Length == 5)
            Form.Refuse("/logement/codeCommune", "Le code postal et la commune ne suffisent pas à trouver ce code : donnez-le. Hors des départements desservis, adressez le signalement au secrétariat de la CCAPEX du département.");
    }

    /// <summary>The act is accepted by now and must not be lost: whatever happens to the PDF, the receipt is shown and says it.</summary>
    private async Task JoinAsync(Guid deposit, byte[] content, CancellationToken ct)
    {
        try
        {
            TempData[EnvoiModel.PieceKey] = await joindre.RunAsync(Caller, deposit, "acte", content, ct) switch
            {
                PieceOutcome.Joined joined => joined.Quarantine,
                PieceOutcome.Refused { Why: var why } when why.Refusal != Catalogue.EtatIncompatible => why.Detail ?? Guidance.Of(why.Refusal).Title,
                _ => null,
            };
        }
        catch (Exception failure) when (failure is NpgsqlException or IOException or TimeoutException)
        {
            PageLog.PieceNotJoined(logger, failure, deposit);
            TempData[EnvoiModel.PieceKey] = "La passerelle n’a pas pu enregistrer le PDF.";
        }
    }

    /// <summary>The office's own particulars come back in the next form of this session.</summary>
    private void RememberOffice() =>
        TempData[OfficeKey] = JsonSerializer.Serialize(CommandementFields.Office.Fields.Where(f => Form[f.Pointer] is not null).ToDictionary(f => f.Pointer, f => Form[f.Pointer]!, StringComparer.Ordinal));
}

internal static partial class PageLog
{
    [LoggerMessage(1600, LogLevel.Error, "The deposit {Deposit} is accepted, its attachment is not")]
    public static partial void PieceNotJoined(ILogger logger, Exception failure, Guid deposit);
}
