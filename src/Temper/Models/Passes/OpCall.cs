using static TorchSharp.torch;

namespace Temper.Models.Passes;

/// <summary>One call of an operator within a pass.</summary>
/// <param name="step">The step.</param>
/// <param name="inputs">The inputs in the operator's order; borrowed.</param>
/// <param name="training">Whether dropout is on and BatchNorm goes by the batch.</param>
/// <param name="settings">The settings.</param>
/// <param name="owner">Disposes what was prepared, with the pass.</param>
internal sealed class OpCall(
    PassStep step,
    Tensor[] inputs,
    bool training,
    PassSettings settings,
    ICollection<IDisposable> owner
)
{
    /// <summary>Gets the inputs in the operator's order; borrowed.</summary>
    public Tensor[] Inputs => inputs;

    /// <summary>Gets whether dropout is on and BatchNorm goes by the batch.</summary>
    public bool Training => training;

    /// <summary>Gets the settings.</summary>
    public PassSettings Settings => settings;

    /// <summary>Gets which inputs depend on the network's input.</summary>
    public bool[] Wanted => step.Wanted;

    /// <summary>Gets whether nothing else uses the first input, so that it may be overwritten.</summary>
    public bool MayOverwrite => step.MayOverwrite;

    /// <summary>Gets whether the result is, or is seen through, the scores, so that it must stay as it is on the way back.</summary>
    public bool KeepsResult => step.KeepsResult;

    /// <summary>Gets whether the first input depends on the network's input, and no other does.</summary>
    public bool WantsFirstOnly => step.Wanted[0] && !step.Wanted.AsSpan(1).Contains(true);

    /// <summary>What the step made of its weights, made at its first call and kept as long as the pass.</summary>
    /// <param name="make">Makes it, outside any dispose scope's reach.</param>
    public T Prepared<T>(Func<T> make)
        where T : class, IDisposable
    {
        if (step.Prepared is not T prepared)
        {
            prepared = make();
            step.Prepared = prepared;
            owner.Add(prepared);
        }
        return prepared;
    }
}
