namespace Temper.Bench.Multiples;

/// <summary>The time of single passes over a batch, in milliseconds, the medians.</summary>
/// <param name="Forward">A forward pass without a graph.</param>
/// <param name="Gradient">A forward pass and the one back to the input, as searches make them.</param>
/// <param name="Training">A step of plain training: a forward pass, the one back to the weights, and their update.</param>
internal sealed record PassTimes(double Forward, double Gradient, double Training)
{
    /// <summary>The multiple of plain training that a step's passes amount to by these times.</summary>
    /// <param name="row">The passes.</param>
    public double Multiple(MultipleRow row)
    {
        // Every pass back comes with a forward pass; where it does not, as through the graph of a gradient, that is taken off.
        var alone = row.Forwards - row.InputGradients - row.WeightGradients;
        return ((alone * Forward) + (row.InputGradients * Gradient) + (row.WeightGradients * Training)) / Training;
    }
}
