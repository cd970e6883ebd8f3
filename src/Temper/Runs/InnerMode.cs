namespace Temper.Runs;

/// <summary>The mode the model is in while training examples are crafted.</summary>
public enum InnerMode
{
    /// <summary>Dropout off, BatchNorm by its running statistics.</summary>
    Evaluate,

    /// <summary>As in the weight update: dropout on, BatchNorm by the statistics of the batch.</summary>
    Train,
}
