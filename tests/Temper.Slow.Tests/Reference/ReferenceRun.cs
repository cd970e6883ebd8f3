using System.Text;
using Temper.Evaluation;
using Temper.Serialization;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Slow.Tests.Reference;

/// <summary>Measures an attack of ours on the network and images of a row.</summary>
internal static class ReferenceRun
{
    /// <summary>The threat of a row; where the nearest wrong point is looked for, the whole box.</summary>
    public static ThreatModel ThreatOf(ReferenceRow row) =>
        ThreatModel.Parse(
            (row.Threat, row.Norm, row.IsLossless) switch
            {
                ({ } fixedBudget, _, _) => fixedBudget,
                (_, "linf", _) => "linf:1",
                (_, "l2", false) => "l2:28",
                (_, "l2", true) => "l2:55.4",
                (_, _, false) => "l1:784",
                _ => "l1:3072",
            }
        );

    /// <summary>Measures; goes on where an earlier process of the same key was stopped.</summary>
    public static Measured Measure(ReferenceRow row, OurAttack attack, IReadOnlyList<RequestedAttack> attacks)
    {
        var key = Measured.KeyOf(row, attack);
        var identity = Hashes.Sha256(Encoding.UTF8.GetBytes(key));
        var journal = Path.Combine(Path.GetTempPath(), $"temper-reference-{identity[..16]}.jsonl");
        var ledger = OutsideAttack.Run(
            row.Model,
            OutsideAttack.Images(row.Model, row.IsLossless),
            [.. Enumerable.Range(0, row.Count)],
            ThreatOf(row),
            attacks,
            (journal, identity)
        );
        File.Delete(journal);
        return Of(row, key, ledger);
    }

    private static Measured Of(ReferenceRow row, string key, IReadOnlyList<LedgerRow> ledger)
    {
        var right = ledger.Where(r => r.BrokenBy != LedgerRow.Clean).ToArray();
        return new(
            key,
            right.Length,
            right.Count(r => r.BrokenBy is null),
            Math.Round(ledger.Average(r => r.Forwards), 2),
            Math.Round(ledger.Average(r => r.Gradients), 2),
            row.Threat is null ? null : Ranges([.. right.Where(r => r.BrokenBy is null).Select(r => r.Index)]),
            row.Threat is null ? [.. right.Select(r => r.Distance is { } d ? Math.Round(d, 6) : -1)] : null
        );
    }

    /// <summary>Rising numbers as <c>0-6,8</c>.</summary>
    private static string Ranges(long[] numbers)
    {
        List<string> ranges = [];
        for (var at = 0; at < numbers.Length; )
        {
            var end = at;
            while (end + 1 < numbers.Length && numbers[end + 1] == numbers[end] + 1)
            {
                end++;
            }
            ranges.Add(end == at ? $"{numbers[at]}" : $"{numbers[at]}-{numbers[end]}");
            at = end + 1;
        }
        return string.Join(',', ranges);
    }
}
