namespace Temper.Models;

/// <summary>Counts what is asked of a model, in examples: a batch of 100 is 100 forwards.</summary>
public sealed class QueryMeter
{
    /// <summary>Gets the forward passes, in examples.</summary>
    public long Forwards { get; private set; }

    /// <summary>Gets the gradient passes, in examples.</summary>
    public long Gradients { get; private set; }

    /// <summary>Counts forward passes.</summary>
    /// <param name="examples">The number of examples.</param>
    public void AddForwards(long examples) => Forwards += examples;

    /// <summary>Counts gradient passes.</summary>
    /// <param name="examples">The number of examples.</param>
    public void AddGradients(long examples) => Gradients += examples;

    /// <summary>Sets the counts, when a run is resumed.</summary>
    internal void Restore(long forwards, long gradients) => (Forwards, Gradients) = (forwards, gradients);
}
