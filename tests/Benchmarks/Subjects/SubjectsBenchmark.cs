using ExchangeGateway.Gateway.Matching;

namespace ExchangeGateway.Benchmarks.Subjects;

/// <summary>How well and how fast a message finds its subject.</summary>
internal sealed class SubjectsBenchmark(SubjectsOptions options, Figures figures)
{
    public async Task<int> RunAsync(CancellationToken ct)
    {
        figures.Say($"seed {options.Seed}, half {options.Half} ({(options.Half == 0 ? "tuning" : "held back")}) of {options.Households} households");
        figures.Say($"{ErrorModel.Describe()}");
        new Accuracy(figures, new MatchWeights()).Run(options.Seed, options.Households, options.Half, options.Examples);
        if (options.Subjects > 0)
            await new FindOrCreate(figures, options.Seed, options.Subjects).RunAsync(ct);
        return 0;
    }
}
