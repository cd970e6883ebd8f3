namespace Temper.Models.Graphs;

/// <summary>What a value that a graph stores is for.</summary>
public enum ParameterRole
{
    /// <summary>Trained.</summary>
    Weight,

    /// <summary>Kept with the weights but not trained: running statistics, normalisation, constants.</summary>
    Buffer,

    /// <summary>A buffer that counts batches, int64 and without dimensions, as PyTorch keeps it beside running statistics.</summary>
    Counter,
}
