using Temper.Certification;
using Temper.Data;
using Temper.Evaluation;
using Temper.Losses;
using Temper.Models;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Workflow;

/// <summary>Looks at a counterexample afresh: legal to the last bit, and wrong in float32 as in float64.</summary>
/// <param name="request">The certification.</param>
/// <param name="certifier">Knows the network in float64, if it is known at all.</param>
internal sealed class CounterexampleCheck(CertificationRequest request, Certifier certifier)
{
    /// <summary>A counterexample of real arithmetic as a point of float32 that holds; null where it does not survive that.</summary>
    /// <param name="index">The example.</param>
    /// <param name="point">The point.</param>
    public string? Narrowed(int index, double[] point)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var batch = BatchSource.Gather(request.Set, [index], CPU);
        var near = request.Threat.Project(tensor(point).to(ScalarType.Float32).view(batch.Inputs.shape), batch.Inputs);
        var text = PointText.Write(Tensors.ToArray<float>(near));
        return Holds(index, text) ? text : null;
    }

    /// <summary>Whether it holds.</summary>
    /// <param name="index">The example.</param>
    /// <param name="text">The point, by <see cref="PointText"/>.</param>
    public bool Holds(int index, string text)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var batch = BatchSource.Gather(request.Set, [index], request.Model.Classifier.Device);
        var point = zeros_like(batch.Inputs);
        PointText.Read(text, Tensors.Floats(point));
        if (!request.Threat.Contains(point, batch.Inputs, slack: 0)[0])
        {
            return false;
        }
        using var mode = request.Model.Classifier.Enter(Mode.Evaluate);
        var narrow = Margin.Wrong(request.Model.Classifier.Logits(point), batch.Labels);
        if (!narrow.item<bool>())
        {
            return false;
        }
        return certifier.Problem is not null
            || Margin.Wrong(certifier.Graph.Scores(point.to(ScalarType.Float64)), batch.Labels).item<bool>();
    }
}
