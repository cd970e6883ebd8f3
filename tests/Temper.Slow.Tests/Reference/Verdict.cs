using System.Globalization;

namespace Temper.Slow.Tests.Reference;

/// <summary>How an attack of ours compares with a row.</summary>
/// <param name="Ours">What it reached, in words.</param>
/// <param name="Theirs">What the row says, in words.</param>
/// <param name="Missed">What is worse than allowed, a few words each.</param>
/// <param name="Note">What else should be known; empty for nothing.</param>
internal sealed record Verdict(string Ours, string Theirs, IReadOnlyList<string> Missed, string Note)
{
    private const int FewestToGate = 100;
    private const double AllowedDistance = 1.02;
    private const double AllowedLabelsOnly = 1.10;
    private const double AllowedForwards = 3;
    private const double AllowedCascade = 1.02;

    /// <summary>Compares.</summary>
    /// <param name="row">The row.</param>
    /// <param name="ours">What was measured for it.</param>
    /// <param name="rows">All rows, among which the best toolkit is looked for.</param>
    public static Verdict Of(ReferenceRow row, Measured ours, IReadOnlyList<ReferenceRow> rows)
    {
        List<string> missed = [];
        List<string> notes = [];
        Passes(row, ours, missed, notes);
        if (row.Robust is { } robust)
        {
            // 3 of 1,000, the same share of fewer, rounded up.
            if (ours.Robust > robust + ((3 * row.Count) + 999) / 1000)
            {
                missed.Add("robust");
            }
            return new($"{ours.Robust}", $"{robust}", missed, string.Join("; ", notes));
        }
        var (mine, theirs) = (Statistics.Median(ours.Found), Statistics.Median(row.Distances));
        if (row.Family is "hsj" or "boundary")
        {
            var upper = Statistics.UpperRatio(ours.Found, row.Distances);
            notes.Add($"ratio ≤ {Number(upper)}");
            if (!(upper <= AllowedLabelsOnly))
            {
                missed.Add("distance");
            }
        }
        else
        {
            var best = rows.Where(r =>
                    (r.Model, r.Images, r.Norm, r.Family) == (row.Model, row.Images, row.Norm, row.Family)
                )
                .Min(r => Statistics.Median(r.Distances));
            notes.Add($"{Number(mine / best)} × the best");
            if (row.Count < FewestToGate)
            {
                notes.Add("fewer than 100 images");
            }
            else if (!(mine <= AllowedDistance * best))
            {
                missed.Add("distance");
            }
        }
        return new(Number(mine), Number(theirs), missed, string.Join("; ", notes));
    }

    /// <summary>A number of four digits, or ∞.</summary>
    public static string Number(double value) =>
        double.IsInfinity(value) ? "∞" : value.ToString("G4", CultureInfo.InvariantCulture);

    private static void Passes(ReferenceRow row, Measured ours, List<string> missed, List<string> notes)
    {
        if (row.CountsJacobians)
        {
            notes.Add("a Jacobian is one gradient there");
            if (ours.Forwards > row.Forwards + AllowedForwards)
            {
                missed.Add("passes");
            }
            return;
        }
        // Which images still stand decides what a cascade or a search that ends early costs.
        var share = row.Family is "aa" or "square" ? AllowedCascade : 1;
        var theirs = row.Forwards + row.Gradients;
        if (ours.Forwards + ours.Gradients > Math.Max(theirs + AllowedForwards, theirs * share))
        {
            missed.Add("passes");
        }
    }
}
