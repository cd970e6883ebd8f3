using System.Diagnostics;
using Temper.Attacks;
using Temper.Losses;
using Temper.Models;
using static TorchSharp.torch;

namespace Temper.Evaluation.Foretelling;

/// <summary>How long one example takes to pass through a model, forwards and for a gradient, measured on a block.</summary>
/// <param name="Forward">Seconds of a forward pass.</param>
/// <param name="Gradient">Seconds that a gradient pass adds to its forward pass.</param>
internal readonly record struct PassTimes(double Forward, double Gradient)
{
    /// <summary>The seconds of some passes.</summary>
    public double Of(PassCeiling passes) => (passes.Forwards * Forward) + (passes.Gradients * Gradient);

    /// <summary>Measures both on one block of examples, the second time they run. These passes are part of no attack and are not counted.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="others">Whether something besides its attacks needs gradients.</param>
    public static PassTimes Measure(EvaluationPlan plan, bool others)
    {
        using var scope = NewDisposeScope();
        using var mode = plan.Model.Enter(Mode.Evaluate);
        using var batch = Blocks.Fill(plan.Set, [.. plan.Indices.Take(plan.Block)], plan.Block, plan.Model.Device);
        var model = new MeteredClassifier(plan.Model, new QueryMeter());
        var forward = Second(() =>
        {
            using var noGrad = no_grad();
            model.Logits(batch.Inputs).Dispose();
        });
        var attacks = plan.Attacks.Select(a => a.Attack).Concat(plan.Probes.Select(p => p.Attack));
        if (model.Access != Access.Gradients || (!others && attacks.All(a => a.Needs != Access.Gradients)))
        {
            return new(forward / plan.Block, 0);
        }
        InputGradient.Probe(plan.Model, Margin.Instance, batch.Inputs, batch.Labels);
        var both = Second(() =>
        {
            var (logits, loss, gradient) = InputGradient.Compute(model, Margin.Instance, batch.Inputs, batch.Labels);
            logits.Dispose();
            loss.Dispose();
            gradient.Dispose();
        });
        return new(forward / plan.Block, Math.Max(0, both - forward) / plan.Block);
    }

    private static double Second(Action pass)
    {
        pass();
        var clock = Stopwatch.StartNew();
        pass();
        return clock.Elapsed.TotalSeconds;
    }
}
