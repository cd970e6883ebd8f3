using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Training.Objectives;

/// <summary>E-AT: each batch is attacked under one of the two extreme norms of a union, more often under the one that holds less.</summary>
/// <remarks>
/// Croce and Hein 2022, section 4: what withstands the smallest and the largest p withstands those between. The norm is drawn for each
/// batch; its odds are the share of wrong answers under it so far in the epoch, and even until both were drawn. Cost per example: that of
/// training on one search, (steps + 1)(F+B) and with <c>apgd</c> inside, which the paper takes, one forward more. Under one norm it is
/// <c>pgd</c> with the same search inside.
/// </remarks>
[Component(
    "e-at",
    "E-AT: training under the extreme norms of a union in turn",
    "Croce and Hein 2022, Adversarial robustness against multiple and single lp-threat models via quick fine-tuning of robust classifiers"
)]
[Guidance(
    "CE(f(x′), y); x′ of a search under the largest or the smallest p of the union, drawn for each batch by the share of errors under each so far",
    "Unions of norms at the price of one; a few epochs on a model that is robust in one norm (--from).",
    "A middle norm with a large budget of its own: what withstands both ends covers only the budgets in between that follow from them."
)]
public sealed class ExtremeTraining(ExtremeTraining.Options options) : Objective, ITakesUnions, ICarriesState
{
    private const string Key = "tally";
    private readonly MemberSearch _search = new(options.Inner, options.Steps, options.Step);
    private readonly long[] _seen = new long[2];
    private readonly long[] _right = new long[2];
    private long _epoch = -1;

    /// <summary>Options of the method.</summary>
    public sealed record Options
    {
        /// <summary>Gets the inner search.</summary>
        [Description("inner search: apgd, which sets its own steps, or pgd")]
        public InnerSearch Inner { get; init; } = InnerSearch.Apgd;

        /// <summary>Gets the number of inner steps.</summary>
        [Description("inner gradient steps")]
        [Range(1, 10_000)]
        public int Steps { get; init; } = 10;

        /// <summary>Gets the length of an inner step.</summary>
        [Description("length of an inner step of pgd, relative to each norm's ε (rel:0.25)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.25");
    }

    /// <inheritdoc/>
    public override StepPasses? Passes => new(_search.Forwards + 1, options.Steps + 1);

    /// <inheritdoc/>
    public IEnumerable<(string Name, Tensor Value)> State =>
        _epoch < 0 ? [] : [(Key, tensor((long[])[_epoch, .. _seen, .. _right]))];

    /// <inheritdoc/>
    public StepPasses PassesUnder(UnionThreat threat) => Passes!.Value;

    /// <inheritdoc/>
    public void Forget() => Begin(-1);

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> saved)
    {
        Forget();
        if (saved.TryGetValue(Key, out var tally))
        {
            var values = Tensors.ToArray<long>(tally);
            _epoch = values[0];
            values[1..3].CopyTo(_seen, 0);
            values[3..5].CopyTo(_right, 0);
        }
    }

    /// <inheritdoc/>
    public override Tensor Loss(StepContext step)
    {
        if (step.Epoch != _epoch)
        {
            Begin(step.Epoch);
        }
        using var scope = NewDisposeScope();
        ThreatModel[] extremes = Extremes(step.Threat);
        var which = extremes.Length == 1 ? 0 : Draw(step);
        var logits = step.Logits(_search.Under(step, extremes[which]));
        var before = step.Correct;
        step.CountRight(logits);
        var right = step.Correct - before;
        step.Afterwards(() =>
        {
            _seen[which] += step.Batch.Count;
            _right[which] += right;
        });
        return step.CrossEntropy(logits).MoveToOuterDisposeScope();
    }

    /// <summary>The odds of the first extreme.</summary>
    /// <param name="seen">The examples attacked under each in this epoch.</param>
    /// <param name="right">Those of them that were right.</param>
    internal static double Odds(IReadOnlyList<long> seen, IReadOnlyList<long> right)
    {
        if (seen[0] == 0 || seen[1] == 0)
        {
            return 0.5;
        }
        var (first, second) = (1 - ((double)right[0] / seen[0]), 1 - ((double)right[1] / seen[1]));
        return first + second > 0 ? first / (first + second) : 0.5;
    }

    /// <summary>The members with the largest and the smallest p; the threat itself where it is no union.</summary>
    private static ThreatModel[] Extremes(ThreatModel threat)
    {
        ThreatModel[] ordered = [.. MemberSearch.Of(threat).OrderByDescending(Exponent)];
        return ordered.Length < 2 ? ordered : [ordered[0], ordered[^1]];
    }

    private static double Exponent(ThreatModel threat) =>
        threat switch
        {
            L0Threat => 0,
            L1Threat => 1,
            L2Threat => 2,
            _ => double.PositiveInfinity,
        };

    private int Draw(StepContext step)
    {
        var draw = new float[1];
        step.Stream("e-at").FillUniform(draw, [0], 0, step.Number);
        return draw[0] < Odds(_seen, _right) ? 0 : 1;
    }

    private void Begin(long epoch)
    {
        _epoch = epoch;
        Array.Clear(_seen);
        Array.Clear(_right);
    }
}
