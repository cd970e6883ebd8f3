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
