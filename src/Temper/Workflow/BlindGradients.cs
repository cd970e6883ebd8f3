using Temper.Attacks;
using Temper.Errors;
using Temper.Losses;
using Temper.Models;

namespace Temper.Workflow;

/// <summary>Sees whether a model that should show gradients lets one reach its input.</summary>
internal static class BlindGradients
{
    /// <summary>
    /// The request without attacks that would follow a gradient there is none of, where a protocol is followed: it then says so as a
    /// finding, and refuses the claim. Without a protocol the attacks refuse by themselves.
    /// </summary>
    public static EvaluationRequest Without(EvaluationRequest request) =>
        request.Protocol is not null && IsBlind(request)
            ? request with
            {
                Blind = true,
                Attacks = [.. request.Attacks.Where(a => a.Attack.Needs != Access.Gradients).Select(a => a.Alone())],
            }
            : request;

    private static bool IsBlind(EvaluationRequest request)
    {
        var model = request.Model.Classifier;
        if (model.Access != Access.Gradients || request.Set.Count == 0)
        {
            return false;
        }
        using var mode = model.Enter(Mode.Evaluate);
        using var batch = Blocks.Fill(request.Set, [0], 1, model.Device);
        try
        {
            InputGradient.Probe(model, Margin.Instance, batch.Inputs, batch.Labels);
            return false;
        }
        catch (ModelException)
        {
            return true;
        }
    }
}
