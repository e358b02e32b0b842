namespace ExchangeGateway.Gateway.Routing.Questions;

internal static class QuestionsRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddQuestions() => services
            .AddSingleton<AskPartners>()
            .AddSingleton<NamedQuestion>()
            .AddSingleton<ListerQuestions>()
            .AddSingleton<RepondreQuestion>()
            .AddSingleton<RepondreParCsv>();
    }

    extension(IEndpointRouteBuilder app)
    {
        public void MapQuestions()
        {
            var questions = app.MapGroup("/v1/questions").WithTags("Questions");
            questions.MapListerQuestions();
            questions.MapRepondreQuestion();
            questions.MapRepondreParCsv();
        }
    }
}
