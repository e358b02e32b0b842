using System.Text;
using ExchangeGateway.Gateway.Access;
using ExchangeGateway.Gateway.Audit;
using ExchangeGateway.Gateway.Delivery;
using ExchangeGateway.Gateway.Refusals;

namespace ExchangeGateway.Gateway.Dossiers.Sessions;

/// <summary>The sessions of the CCAPEX over HTTP: prepared, held, written up and followed by its secretariat.</summary>
internal static class SeancesEndpoints
{
    public static void MapSeances(this IEndpointRouteBuilder app)
    {
        var ccapex = app.MapGroup("/v1/ccapex").WithTags("Séances de la CCAPEX");
        Declare(ccapex.MapGet("/seances", ListAsync), "listerSeances", "Les séances de votre commission", LogAction.None).Produces<IReadOnlyList<SessionLine>>();
        Declare(ccapex.MapPost("/seances", CreateAsync), "creerSeance", "Crée une séance : date, lieu, membres", LogAction.SessionPrepared).Produces<SessionCreated>(StatusCodes.Status201Created).Refuses(Catalogue.DemandeInvalide, Catalogue.HorsHabilitation);
        Declare(ccapex.MapGet("/seances/{id:guid}", ReadAsync), "consulterSeance", "Une séance : membres, ordre du jour, avis", LogAction.SessionConsulted).Produces<SessionView>().Refuses(Catalogue.HorsHabilitation, Catalogue.Introuvable);
        Declare(ccapex.MapPost("/seances/{id:guid}/dossiers", AddAsync), "inscrireDossier", "Inscrit un dossier à l'ordre du jour", LogAction.SessionPrepared).Produces<SessionCreated>(StatusCodes.Status201Created)
            .Refuses(Catalogue.DemandeInvalide, Catalogue.HorsHabilitation, Catalogue.Introuvable, Catalogue.EtatIncompatible);
        Declare(ccapex.MapPost("/seances/{id:guid}/presences", AttendAsync), "noterPresences", "Note les membres présents", LogAction.SessionPrepared).Produces<SessionCreated>().Refuses(Catalogue.DemandeInvalide, Catalogue.HorsHabilitation, Catalogue.Introuvable);
        Declare(ccapex.MapPost("/seances/{id:guid}/dossiers/{dossier:guid}/avis", AdviseAsync), "inscrireAvis", "Inscrit les avis de la commission, par destinataire", LogAction.AdviceRecorded).Produces<ItemRecorded>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.HorsHabilitation, Catalogue.Introuvable);
        Declare(ccapex.MapPost("/seances/{id:guid}/dossiers/{dossier:guid}/aide", DecideAsync), "deciderAide", "Décide de l'aide au logement : la CAF ou la MSA qui a saisi en est informée", LogAction.AdviceRecorded).Produces<ItemRecorded>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.HorsHabilitation, Catalogue.FinaliteNonEnregistree, Catalogue.Introuvable, Catalogue.EtatIncompatible);
        Declare(ccapex.MapPost("/seances/{id:guid}/dossiers/{dossier:guid}/issue", OutcomeAsync), "inscrireIssue", "Inscrit l'issue à douze mois", LogAction.AdviceRecorded).Produces<ItemRecorded>()
            .Refuses(Catalogue.DemandeInvalide, Catalogue.HorsHabilitation, Catalogue.Introuvable);
        Declare(ccapex.MapPost("/seances/{id:guid}/publipostage", MergeAsync), "preparerPublipostage", "Les courriers de la séance, en CSV pour un publipostage", LogAction.LettersPrepared).Produces<string>(StatusCodes.Status200OK, "text/csv")
            .Refuses(Catalogue.DemandeInvalide, Catalogue.HorsHabilitation, Catalogue.Introuvable);
        Declare(ccapex.MapGet("/reexamens", ReviewAsync), "listerReexamens", "Les dossiers à réexaminer à douze mois", LogAction.SessionConsulted).Produces<IReadOnlyList<SessionItem>>().Refuses(Catalogue.HorsHabilitation);
    }

    private static RouteHandlerBuilder Declare(RouteHandlerBuilder endpoint, string name, string summary, LogAction action) =>
        endpoint.WithName(name).WithSummary(summary).RequireAuthorization(Policies.Seances).Journalise(action);

    private static async Task<IResult> ListAsync(HttpContext http, ConsulterSeance sessions, CancellationToken ct) => TypedResults.Ok(await sessions.ListAsync(Caller.Of(http), ct));

    private static async Task<IResult> CreateAsync(SessionRequest request, HttpContext http, PreparerSeance preparer, CancellationToken ct) =>
        (await preparer.CreateAsync(Caller.Of(http), request, ct)).ToResult(created => TypedResults.Created($"/v1/ccapex/seances/{created.Id}", created));

    private static async Task<IResult> ReadAsync(Guid id, HttpContext http, ConsulterSeance sessions, CancellationToken ct) => (await sessions.RunAsync(Caller.Of(http), id, ct)).ToResult(TypedResults.Ok);

    private static async Task<IResult> AddAsync(Guid id, SessionFileRequest request, HttpContext http, PreparerSeance preparer, CancellationToken ct) =>
        (await preparer.AddAsync(Caller.Of(http), id, request, ct)).ToResult(created => TypedResults.Created($"/v1/ccapex/seances/{id}", created));

    private static async Task<IResult> AttendAsync(Guid id, AttendanceRequest request, HttpContext http, PreparerSeance preparer, CancellationToken ct) => (await preparer.AttendAsync(Caller.Of(http), id, request, ct)).ToResult(TypedResults.Ok);

    private static async Task<IResult> AdviseAsync(Guid id, Guid dossier, AdviceRequest request, HttpContext http, InscrireAvis inscrire, CancellationToken ct) => (await inscrire.AdviseAsync(Caller.Of(http), id, dossier, request, ct)).ToResult(TypedResults.Ok);

    private static async Task<IResult> DecideAsync(Guid id, Guid dossier, AidRequest request, HttpContext http, InscrireAvis inscrire, CancellationToken ct) => (await inscrire.DecideAidAsync(Caller.Of(http), id, dossier, request, ct)).ToResult(TypedResults.Ok);

    private static async Task<IResult> OutcomeAsync(Guid id, Guid dossier, OutcomeRequest request, HttpContext http, InscrireAvis inscrire, CancellationToken ct) => (await inscrire.OutcomeAsync(Caller.Of(http), id, dossier, request, ct)).ToResult(TypedResults.Ok);

    private static async Task<IResult> ReviewAsync(HttpContext http, ConsulterSeance sessions, CancellationToken ct) => (await sessions.ToReviewAsync(Caller.Of(http), ct)).ToResult(TypedResults.Ok);

    private static async Task<IResult> MergeAsync(Guid id, LettersRequest request, HttpContext http, PreparerCourriers preparer, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return (await preparer.RunAsync(Caller.Of(http), id, request, ct)).ToResult(letters => TypedResults.File(Encoding.UTF8.GetBytes(letters.Csv()), "text/csv; charset=utf-8", "courriers.csv"));
    }
}
