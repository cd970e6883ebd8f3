using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>A training method that remembers something from step to step; checkpoints keep it.</summary>
public interface ICarriesState
{
    /// <summary>Gets what it remembers, under names of its own; borrowed.</summary>
    IEnumerable<(string Name, Tensor Value)> State { get; }

    /// <summary>Forgets everything: a training begins, or has ended.</summary>
    void Forget();

    /// <summary>Takes up what it remembered when a checkpoint was written.</summary>
    /// <param name="saved">The tensors by name, borrowed.</param>
    void Restore(IReadOnlyDictionary<string, Tensor> saved);
}
