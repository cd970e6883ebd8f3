using Temper.Certification;
using Temper.Data;
using Temper.Evaluation;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Workflow;

/// <summary>Looks at a counterexample afresh: legal to the last bit, and wrong in float32 as in float64.</summary>
/// <param name="model">The model; borrowed.</param>
/// <param name="set">The data.</param>
/// <param name="threat">The threat model.</param>
/// <param name="certifier">Knows the network in float64, if it is known at all; borrowed.</param>
internal sealed class CounterexampleCheck(IClassifier model, ExampleSet set, ThreatModel threat, Certifier certifier)
{
    /// <summary>A counterexample of real arithmetic as a point of float32 that holds; null where it does not survive that.</summary>
    /// <param name="index">The example.</param>
    /// <param name="point">The point.</param>
    public string? Narrowed(int index, double[] point)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var batch = BatchSource.Gather(set, [index], CPU);
        var near = threat.Project(tensor(point).to(ScalarType.Float32).view(batch.Inputs.shape), batch.Inputs);
        var values = Tensors.ToArray<float>(near);
        return Score(index, values).Holds ? PointText.Write(values) : null;
    }

    /// <summary>Whether it holds.</summary>
    /// <param name="index">The example.</param>
    /// <param name="text">The point, by <see cref="PointText"/>.</param>
    public bool Holds(int index, string text) => Score(index, PointText.Read(text, set.ValuesPerExample)).Holds;

    /// <summary>A point by itself, in both arithmetics.</summary>
    /// <param name="index">The example.</param>
    /// <param name="values">The point.</param>
    public PointScores Score(int index, float[] values)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var batch = BatchSource.Gather(set, [index], model.Device);
        var point = zeros_like(batch.Inputs);
        values.CopyTo(Tensors.Floats(point));
        var isLegal = threat.Contains(point, batch.Inputs, slack: 0)[0];
        using var mode = model.Enter(Mode.Evaluate);
        var narrow = Tensors.ToArray<float>(model.Logits(point));
        var wide = certifier.Problem is null
            ? Tensors.ToArray<double>(certifier.Graph.Scores(point.to(ScalarType.Float64)))
            : null;
        return new(set.Labels[index], isLegal, narrow, wide);
    }
}
