namespace ExchangeGateway.Gateway.Matching;

internal static class MatchingRegistration
{
    extension(IServiceCollection services)
    {
        /// <exception cref="InvalidOperationException">The section <c>Rapprochement</c> sets thresholds that contradict each other.</exception>
        public IServiceCollection AddMatching(IConfiguration configuration)
        {
            var weights = configuration.GetSection("Rapprochement").Get<MatchWeights>() ?? new MatchWeights();
            if (weights.ToConfirm > weights.Same || weights.ToConfirm <= 0)
                throw new InvalidOperationException("Rapprochement: ToConfirm is above 0 and not above Same.");
            return services
                .AddSingleton(weights)
                .AddSingleton<Decider>()
                .AddSingleton<MatchPairs>()
                .AddSingleton<ListerRapprochements>()
                .AddSingleton<DeciderRapprochement>()
                .AddSingleton<AnnulerRapprochement>()
                .AddSingleton<ListerRattachements>()
                .AddSingleton<SeparerDepot>();
        }
    }

    extension(IEndpointRouteBuilder app)
    {
        public void MapMatching()
        {
            var pairs = app.MapGroup("/v1/rapprochements").WithTags("Rapprochements");
            pairs.MapListerRapprochements();
            pairs.MapDeciderRapprochement();
            pairs.MapAnnulerRapprochement();
            pairs.MapListerRattachements();
            pairs.MapSeparerDepot();
        }
    }
}
