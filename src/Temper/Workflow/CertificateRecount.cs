using System.Globalization;
using System.Text;
using Temper.Certification;
using Temper.Data;
using Temper.Evaluation;
using Temper.Numerics;
using Temper.Runs;
using Temper.Serialization;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Workflow;

/// <summary>Computes the bounds of certified examples again: all of intervals, a keyed sample of dearer ones.</summary>
/// <remarks>
/// A margin by <c>ibp</c> or <c>crown</c> must be what it says. How far slopes are optimised depends on the examples beside, and how far
/// branching comes on the time, so of those methods only the verdict is held.
/// </remarks>
internal sealed class CertificateRecount(
    ExampleSet set,
    ThreatModel threat,
    RunManifest manifest,
    Certifier certifier,
    CancellationToken cancellation
)
{
    private const string Name = "certificates";
    private const int Together = 10;
    private const int Shown = 3;

    // Float64 sums of other examples beside, far above their rounding.
    private const double Slack = 1e-6;

    // Bounds computed again at most, by the dearest method that is asked.
    private const int MostLinear = 200;
    private const int MostBranched = 10;

    private readonly List<string> _problems = [];
    private int _undecided;
    private int _branched;

    /// <summary>Holds certificates against the network.</summary>
    /// <param name="rows">One row per example.</param>
    public ClaimCheck Run(IReadOnlyList<CertificateRow> rows)
    {
        var card = manifest.Certification!;
        if (card.Problem != certifier.Problem && Certifier.Knows(threat))
        {
            return Failed(
                $"the manifest says {(card.Problem is null ? "that there are bounds" : $"that there are none, since {card.Problem}")}, which is not so."
            );
        }
        CertificateRow[] certified = [.. rows.Where(r => r.Verdict == Verdict.Certified)];
        if (certified.FirstOrDefault(r => !CertificationRun.MethodNames.Contains(r.By!)) is { } other)
        {
            return Failed($"example {other.Index} is certified by '{other.By}', which is no method of bounds.");
        }
        if (
            certified.FirstOrDefault(r => CertificationRun.Method(r.By!) > CertificationRun.Method(card.Method)) is
            { } dear
        )
        {
            return Failed(
                $"example {dear.Index} is certified by {dear.By}, and the manifest goes no further than {card.Method}."
            );
        }
        var key = Key(rows);
        var done = 0;
        foreach (var method in certified.GroupBy(r => CertificationRun.Method(r.By!)).OrderBy(g => g.Key))
        {
            var chosen = Chosen([.. method], method.Key, key);
            done += chosen.Length;
            _branched += method.Key == BoundMethod.Complete ? chosen.Length : 0;
            foreach (var chunk in chosen.Chunk(method.Key == BoundMethod.Complete ? 1 : Together))
            {
                cancellation.ThrowIfCancellationRequested();
                Again(chunk, method.Key);
            }
        }
        return Outcome(done, certified.Length);
    }

    /// <summary>What the draw depends on beside the seed: who changes a row must not know which are looked at.</summary>
    private static string Key(IReadOnlyList<CertificateRow> rows) =>
        Hashes.Sha256(
            Encoding.UTF8.GetBytes(
                string.Join(
                    '\n',
                    rows.Select(r => FormattableString.Invariant($"{r.Index},{r.Verdict},{r.By},{r.Margin:R}"))
                )
            )
        );

    private CertificateRow[] Chosen(CertificateRow[] rows, BoundMethod method, string key)
    {
        var most = method switch
        {
            BoundMethod.Interval => rows.Length,
            BoundMethod.Complete => MostBranched,
            _ => MostLinear,
        };
        return rows.Length <= most
            ? rows
            :
            [
                .. new Rng(manifest.Seed)
                    .Fork($"claim/certificates/{CertificationRun.NameOf(method)}/{key}")
                    .Sample(most, rows.Length)
                    .Select(i => rows[i]),
            ];
    }

    private void Again(CertificateRow[] rows, BoundMethod method)
    {
        int[] indices = [.. rows.Select(r => (int)r.Index)];
        using var batch = BatchSource.Gather(set, indices, CPU);
        int[] labels = [.. indices.Select(i => set.Labels[i])];
        var margins = certifier.Margins(batch.Inputs, labels, threat, method, cancellation);
        for (var i = 0; i < rows.Length; i++)
        {
            var (row, margin) = (rows[i], margins[i]);
            if (method == BoundMethod.Complete && !(margin > 0))
            {
                Branch(batch.Inputs, row);
            }
            else if (!(margin > 0))
            {
                _problems.Add(Say(row, $"its bound by {row.By} is {Text(margin)}, which proves nothing"));
            }
            else if (
                method <= BoundMethod.Crown
                && !(Math.Abs(margin - row.Margin!.Value) <= Slack * Math.Max(1, Math.Abs(margin)))
            )
            {
                _problems.Add(Say(row, $"its margin is {Text(margin)}, the table says {Text(row.Margin.Value)}"));
            }
        }
    }

    private void Branch(Tensor input, CertificateRow row)
    {
        var limit = TimeSpan.FromSeconds(manifest.Certification!.SecondsEach ?? 0);
        var found = certifier.Decide(input, row.Label, threat, limit, cancellation);
        if (found.Counterexample is not null)
        {
            _problems.Add(Say(row, "branching meets an input that breaks it"));
        }
        else if (!(found.Bound > 0))
        {
            _undecided++;
        }
    }

    private ClaimCheck Outcome(int done, int all)
    {
        if (_problems.Count > 0)
        {
            return new(
                Name,
                CheckOutcome.Failed,
                done,
                $"{_problems.Count} of {done} computed again do not hold: {string.Join("; ", _problems.Take(Shown))}."
            );
        }
        var which = done == all ? $"all {all}" : $"{done} of {all}, drawn by the seed and the table,";
        var late = _undecided > 0 ? $"; {_undecided} were not decided again within the time there is" : "";
        return all == 0 ? new(Name, CheckOutcome.Passed, 0, "no example is certified.")
            : _branched > 0 && _undecided == _branched
                ? new(
                    Name,
                    CheckOutcome.NotChecked,
                    done,
                    "none of those by complete was decided again within the time there is."
                )
            : new(Name, CheckOutcome.Passed, done, $"{which} computed again and certified again{late}.");
    }

    private static string Say(CertificateRow row, string what) => $"example {row.Index}: {what}";

    private static string Text(double value) => value.ToString("0.######e0", CultureInfo.InvariantCulture);

    private static ClaimCheck Failed(string message) => new(Name, CheckOutcome.Failed, 0, message);
}
