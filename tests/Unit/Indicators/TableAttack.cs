using System.Numerics;
using ExchangeGateway.Gateway.Indicators;

namespace ExchangeGateway.Unit.Indicators;

/// <summary>
/// Who knows all that is shown and tries to find what is hidden. It shares nothing with what hides: it solves the sums of the
/// tables as linear equations in fractions, and bounds each unknown by a linear program of its own (simplex, Bland's rule).
/// </summary>
internal sealed class TableAttack
{
    private readonly List<string> _unknowns = [];
    private readonly List<(Dictionary<int, int> Left, long Right)> _equations = [];

    /// <summary>Everything that some tables say together; grand totals of tables about the same acts are one quantity.</summary>
    public static TableAttack On(IReadOnlyList<PublishedTable> tables, string? sharedTotal = null)
    {
        var attack = new TableAttack();
        foreach (var table in tables)
        {
            var (rows, columns) = (table.Lignes.Count, table.Colonnes.Count);
            string Name(int i, int j) => sharedTotal is not null && i == rows - 1 && j == columns - 1 ? sharedTotal : $"{table.Code}/{i}/{j}";
            for (var i = 0; i < rows; i++)
                attack.Sum([.. Enumerable.Range(0, columns).Select(j => (Name(i, j), table.Valeurs[i][j]))]);
            if (rows == 1)
                continue;
            for (var j = 0; j < columns; j++)
                attack.Sum([.. Enumerable.Range(0, rows).Select(i => (Name(i, j), table.Valeurs[i][j]))]);
        }

        return attack;
    }

    public IReadOnlyList<string> Unknowns => _unknowns;

    /// <summary>Unknowns that the equations alone determine (Gauss-Jordan, exact fractions).</summary>
    public IReadOnlyList<string> Determined()
    {
        var rows = _equations.Select(e => Enumerable.Range(0, _unknowns.Count + 1).Select(c => new Fraction(c == _unknowns.Count ? e.Right : e.Left.GetValueOrDefault(c))).ToArray()).ToList();
        var rank = 0;
        for (var column = 0; column < _unknowns.Count && rank < rows.Count; column++)
        {
            var pivot = rows.FindIndex(rank, r => !r[column].IsZero);
            if (pivot < 0)
                continue;
            (rows[rank], rows[pivot]) = (rows[pivot], rows[rank]);
            var by = rows[rank][column];
            rows[rank] = [.. rows[rank].Select(f => f / by)];
            for (var other = 0; other < rows.Count; other++)
            {
                if (other == rank || rows[other][column].IsZero)
                    continue;
                var times = rows[other][column];
                rows[other] = [.. rows[other].Select((f, c) => f - (times * rows[rank][c]))];
            }

            rank++;
        }

        return [.. rows.Take(rank).Where(r => r.Take(_unknowns.Count).Count(f => !f.IsZero) == 1).Select(r => _unknowns[Array.FindIndex(r, f => !f.IsZero)])];
    }

    /// <summary>Smallest and largest value that an unknown can have, knowing that none is negative.</summary>
    public (double Low, double High) Bounds(string unknown)
    {
        var at = _unknowns.IndexOf(unknown);
        return (Simplex(at, maximise: false), Simplex(at, maximise: true));
    }

    /// <summary>The last of a line is the sum of the others.</summary>
    private void Sum(IReadOnlyList<(string Name, long? Value)> line)
    {
        var left = new Dictionary<int, int>();
        var right = 0L;
        for (var i = 0; i < line.Count; i++)
        {
            var sign = i == line.Count - 1 ? -1 : 1;
            if (line[i].Value is { } known)
            {
                right -= sign * known;
                continue;
            }

            var index = _unknowns.IndexOf(line[i].Name);
            if (index < 0)
            {
                index = _unknowns.Count;
                _unknowns.Add(line[i].Name);
            }

            left[index] = left.GetValueOrDefault(index) + sign;
        }

        if (left.Count > 0)
            _equations.Add((left, right));
    }

    /// <summary>Two-phase simplex on a dense tableau; artificial variables first. Small tables only.</summary>
    private double Simplex(int target, bool maximise)
    {
        var (n, m) = (_unknowns.Count, _equations.Count);
        var tableau = new double[m + 1, n + m + 1];
        var basis = new int[m];
        for (var row = 0; row < m; row++)
        {
            var flip = _equations[row].Right < 0 ? -1 : 1;
            foreach (var (column, factor) in _equations[row].Left)
                tableau[row, column] = flip * factor;
            tableau[row, n + row] = 1;
            tableau[row, n + m] = flip * _equations[row].Right;
            basis[row] = n + row;
        }

        Price(column => column >= n && column < n + m ? -1 : 0);
        Iterate(n + m);
        tableau[m, n + m].ShouldBe(0, 1e-6, "what is shown has a solution: the true table");
        for (var row = 0; row < m; row++)
        {
            // An artificial variable that stays at nothing leaves for any other of its row.
            if (basis[row] >= n && Enumerable.Range(0, n).FirstOrDefault(c => Math.Abs(tableau[row, c]) > 1e-9, -1) is >= 0 and var enter)
                Pivot(row, enter);
        }

        Price(column => column == target ? (maximise ? 1 : -1) : 0);
        return Iterate(n) ? (maximise ? 1 : -1) * -tableau[m, n + m] : double.PositiveInfinity;

        void Price(Func<int, int> gain)
        {
            for (var c = 0; c <= n + m; c++)
                tableau[m, c] = c < n + m ? gain(c) : 0;
            for (var row = 0; row < m; row++)
            {
                var factor = (double)gain(basis[row]);
                for (var c = 0; factor != 0 && c <= n + m; c++)
                    tableau[m, c] -= factor * tableau[row, c];
            }
        }

        bool Iterate(int columns)
        {
            while (Enumerable.Range(0, columns).FirstOrDefault(c => tableau[m, c] > 1e-9, -1) is >= 0 and var enter)
            {
                var (leave, best) = (-1, double.PositiveInfinity);
                for (var row = 0; row < m; row++)
                {
                    var ratio = tableau[row, enter] > 1e-9 ? tableau[row, n + m] / tableau[row, enter] : double.PositiveInfinity;
                    if (ratio < best - 1e-12 || (leave >= 0 && Math.Abs(ratio - best) <= 1e-12 && basis[row] < basis[leave]))
                        (leave, best) = (row, ratio);
                }

                if (leave < 0)
                    return false;
                Pivot(leave, enter);
            }

            return true;
        }

        void Pivot(int row, int enter)
        {
            var by = tableau[row, enter];
            for (var c = 0; c <= n + m; c++)
                tableau[row, c] /= by;
            for (var other = 0; other <= m; other++)
            {
                var times = tableau[other, enter];
                for (var c = 0; other != row && times != 0 && c <= n + m; c++)
                    tableau[other, c] -= times * tableau[row, c];
            }

            basis[row] = enter;
        }
    }

    private readonly record struct Fraction(BigInteger Above, BigInteger Below)
    {
        public Fraction(long whole) : this(whole, BigInteger.One) { }

        public bool IsZero => Above.IsZero;

        public static Fraction operator -(Fraction a, Fraction b) => Reduced((a.Above * b.Below) - (b.Above * a.Below), a.Below * b.Below);

        public static Fraction operator *(Fraction a, Fraction b) => Reduced(a.Above * b.Above, a.Below * b.Below);

        public static Fraction operator /(Fraction a, Fraction b) => Reduced(a.Above * b.Below, a.Below * b.Above);

        private static Fraction Reduced(BigInteger above, BigInteger below)
        {
            var by = BigInteger.GreatestCommonDivisor(above, below) * below.Sign;
            return new(above / by, below / by);
        }
    }
}
