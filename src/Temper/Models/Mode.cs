namespace Temper.Models;

/// <summary>How dropout and BatchNorm behave while a scope is open.</summary>
public enum Mode
{
    /// <summary>Dropout off, BatchNorm by its running statistics.</summary>
    Evaluate,

    /// <summary>Dropout on, BatchNorm by the statistics of the batch, running statistics updated: for the weight update.</summary>
    Train,

    /// <summary>As <see cref="Train"/>, but the running statistics are put back at the end: for crafting examples.</summary>
    TrainFrozenStatistics,
}
