using static TorchSharp.torch;

namespace Temper.Training.Certified;

/// <summary>Upper bounds of linear functions of what enters the last layer, brought back to the input with lines around the ReLUs (CROWN-IBP).</summary>
/// <remarks>
/// Zhang et al. 2020, section 3.2: the bounds before the ReLUs are those of intervals, with their gradients. At an operator without a
/// rule, such as a max-pool, functions end at its interval bounds.
/// </remarks>
internal static class BackwardPass
{
    /// <summary>The bounds.</summary>
    /// <param name="pass">The pass of intervals.</param>
    /// <param name="slot">The value the functions are of.</param>
    /// <param name="rows">The functions (N, K, …).</param>
    /// <returns>(N, K).</returns>
    public static Tensor Most(IntervalPass pass, int slot, Tensor rows)
    {
        var each = rows.shape[1];
        var rules = new BackwardRules(pass, each);
        var open = new Dictionary<int, Tensor> { [slot] = rows.flatten(0, 1) };
        var most = zeros(rows.shape[0] * each, rows.dtype, rows.device);
        foreach (var step in pass.Module.Steps.Reverse())
        {
            if (!open.Remove(step.Output, out var functions))
            {
                continue;
            }
            if (rules.Back(step, functions) is not { } back)
            {
                most += rules.Most(pass.Of(step.Output)!, functions);
                continue;
            }
            most = back.Gain is { } gain ? most + gain : most;
            foreach (var (input, part) in step.Inputs.Zip(back.Rows))
            {
                if (part is not null)
                {
                    open[input] = open.TryGetValue(input, out var before) ? before + part : part;
                }
            }
        }
        if (open.TryGetValue(0, out var last))
        {
            most += rules.Most(pass.Of(0)!, last);
        }
        return most.view(rows.shape[0], each);
    }
}
