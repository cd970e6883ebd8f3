using Temper.Models.Graphs;
using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary>The way back through one operator by libtorch's autograd: right for every operator, and fast enough for most.</summary>
internal static class LocalAutograd
{
    /// <summary>Calls an operator with its wanted inputs as leaves of a graph of their own.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="call">The call.</param>
    public static OpRecord Record(GraphOp op, OpCall call)
    {
        using var withGrad = enable_grad();
        var inputs = new Tensor[call.Inputs.Length];
        var leaves = new List<Tensor>();
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = call.Inputs[i];
            if (call.Wanted[i])
            {
                leaves.Add(inputs[i] = inputs[i].detach().requires_grad_());
            }
        }
        var output = op.Apply(inputs, call.Training);
        return new(
            output.detach(),
            gradient =>
            {
                var found = autograd.grad([output], leaves, [gradient]);
                var gradients = new Tensor?[inputs.Length];
                var next = 0;
                for (var i = 0; i < gradients.Length; i++)
                {
                    gradients[i] = call.Wanted[i] ? found[next++] : null;
                }
                return gradients;
            },
            [output, .. leaves]
        )
        {
            Shares = true,
        };
    }
}
