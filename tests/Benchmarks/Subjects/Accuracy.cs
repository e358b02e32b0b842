using System.Diagnostics;
using ExchangeGateway.Gateway.Matching;
using ExchangeGateway.Schemas;

namespace ExchangeGateway.Benchmarks.Subjects;

/// <summary>Runs a stream of messages through blocking, comparison and decision, and counts against the truth.</summary>
internal sealed class Accuracy(Figures figures, MatchWeights weights)
{
    private sealed class Known(int household)
    {
        public int Household { get; } = household;
        public List<Profile> Profiles { get; } = [];
        public List<TrueHome> Homes { get; } = [];
    }

    private readonly Dictionary<long, List<Known>> _byKey = [];
    private readonly Dictionary<int, int> _subjectsOf = [];
    private readonly Decider _decider = new(weights);
    private readonly Dictionary<string, int> _table = new(StringComparer.Ordinal);

    /// <param name="half">0 or 1: the households whose number has that parity.</param>
    /// <param name="examples">Wrong or missed decisions to print.</param>
    public void Run(int seed, int count, int half, int examples)
    {
        var draw = new Draw((ulong)(seed * 7919) + 1);
        var errors = new ErrorModel(draw);
        var households = Population.Make(seed, count);
        // A group of confusable households stays together: halves are taken by hundreds.
        var stream = households.Where(h => h.Id / 100 % 2 == half).SelectMany(h => Stream(draw, h)).OrderBy(s => s.At).ToList();
        var secret = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
        var deciding = new Stopwatch();
        List<Signalement> sample = [];
        var dossiers = (Right: 0, Wrong: 0);
        foreach (var (_, household, home, moved) in stream)
        {
            var message = errors.Message(household, home, moved);
            var profile = ProfileForms.Of(secret, message);
            if (sample.Count < 20_000)
                sample.Add(message);
            deciding.Start();
            var decision = _decider.Decide(profile.Marks, Candidates(profile.Sought).Distinct().Select(k => (k, (IReadOnlyList<Profile>)k.Profiles)));
            deciding.Stop();
            var known = _subjectsOf.GetValueOrDefault(household.Id) > 0;
            var (cell, subject) = decision switch
            {
                Decision<Known>.Same s => (s.Subject.Household == household.Id ? "same/same" : known ? "same/other" : "new/other", s.Subject),
                Decision<Known>.ToConfirm c => ((known ? "same" : "new") + (c.Pairs.Any(p => p.Subject.Household == household.Id) ? "/confirm" : "/confirmOther"), null),
                _ => ((known ? "same" : "new") + "/new", null),
            };
            Count(cell);
            if (cell is "same/other" or "new/other")
                Count("kind " + (household.Kind ?? "ordinaire"));
            if (examples > 0 && cell is ("same/other" or "new/other" or "same/new" or "same/confirm" or "same/confirmOther"))
            {
                examples--;
                var result = decision switch { Decision<Known>.Same s => s.Result, Decision<Known>.ToConfirm c => c.Pairs[0].Result, _ => MatchResult.None };
                figures.Say($"{cell} {household.Kind} {result.Score:F1} {result.Codes} <= {string.Join(" + ", message.Identite.Personnes.Select(p => $"{p.Nom}/{p.NomUsage}/{p.Prenoms}/{p.DateNaissance:yyyy-MM-dd}"))} @ {message.Adresse.Numero} {message.Adresse.Voie}");
            }

            if (subject is null)
            {
                subject = new Known(household.Id);
                _subjectsOf[household.Id] = _subjectsOf.GetValueOrDefault(household.Id) + 1;
            }
            else if (subject.Household == household.Id && household.Homes.Count > 1)
            {
                // The dossier: that of the subject's message about the same dwelling, another when there is none.
                var found = subject.Profiles.FindIndex(p => Comparison.SameDwelling(p, profile.Marks));
                _ = (found < 0 ? !subject.Homes.Contains(home) : subject.Homes[found] == home) ? dossiers.Right++ : dossiers.Wrong++;
            }

            subject.Profiles.Add(profile.Marks);
            subject.Homes.Add(home);
            foreach (var key in profile.Keys)
            {
                if (!_byKey.TryGetValue(key, out var holders))
                    _byKey[key] = holders = [];
                if (!holders.Contains(subject))
                    holders.Add(subject);
            }
        }

        Report(stream.Count, Processor(() => sample.ForEach(m => ProfileForms.Of(secret, m))) / sample.Count, deciding.Elapsed / stream.Count);
        figures.Say($"dossiers of households that moved: {dossiers.Right} messages in the right one, {dossiers.Wrong} in another");
    }

    private void Report(int messages, TimeSpan normalising, TimeSpan deciding)
    {
        int Cell(string name) => _table.GetValueOrDefault(name);
        var right = Cell("same/same");
        var wrong = Cell("same/other") + Cell("new/other");
        var known = right + Cell("same/other") + Cell("same/new") + Cell("same/confirm") + Cell("same/confirmOther");
        figures.PrintExact("precision", 100.0 * right / Math.Max(1, right + wrong), "%");
        figures.PrintExact("recall", 100.0 * right / Math.Max(1, known), "%");
        figures.Print("normalise", normalising.TotalMicroseconds, "us");
        figures.Print("compare", deciding.TotalMicroseconds, "us");
        figures.Say($"confusion table, {messages} messages     joined rightly   joined wrongly   to be confirmed (right pair)   to be confirmed (other pair)   new");
        figures.Say($"household already known    {right,16} {Cell("same/other"),16} {Cell("same/confirm"),30} {Cell("same/confirmOther"),30} {Cell("same/new"),5}");
        figures.Say($"household not yet known    {"-",16} {Cell("new/other"),16} {"-",30} {Cell("new/confirmOther"),30} {Cell("new/new"),5}");
        foreach (var (kind, number) in _table.Where(t => t.Key.StartsWith("kind ", StringComparison.Ordinal)).OrderBy(t => t.Key, StringComparer.Ordinal))
            figures.Say($"wrongly joined, of {kind[5..]}: {number}");
        figures.Say($"households in more than one subject (some await a confirmation): {_subjectsOf.Count(s => s.Value > 1)} of {_subjectsOf.Count}");
    }

    /// <summary>Processor time: other programs of the machine do not count.</summary>
    private static TimeSpan Processor(Action work)
    {
        work();
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        work();
        process.Refresh();
        return process.TotalProcessorTime - before;
    }

    private IEnumerable<Known> Candidates(long[] keys)
    {
        foreach (var key in keys)
        {
            if (_byKey.TryGetValue(key, out var holders) && holders.Count <= Blocking.MostHolders)
            {
                foreach (var holder in holders)
                    yield return holder;
            }
        }
    }

    private void Count(string cell) => _table[cell] = _table.GetValueOrDefault(cell) + 1;

    private static IEnumerable<(ulong At, TrueHousehold Household, TrueHome Home, bool Moved)> Stream(Draw draw, TrueHousehold household)
    {
        var times = Enumerable.Range(0, 1 + draw.Int(5)).Select(_ => draw.Next()).Order().ToList();
        for (var i = 0; i < times.Count; i++)
            yield return (times[i], household, household.Homes[household.Homes.Count > 1 && i >= times.Count / 2 ? 1 : 0], household.Homes.Count > 1 && i == times.Count / 2);
    }
}
