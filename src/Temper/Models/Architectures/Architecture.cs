using static TorchSharp.torch;

namespace Temper.Models.Architectures;

/// <summary>A network by name; each concrete one is one file with a nested <c>Options</c> record.</summary>
/// <remarks>Those that are written as a graph derive from <see cref="GraphArchitecture"/>; a module of your own derives from this.</remarks>
public abstract class Architecture
{
    /// <summary>Builds the network with freshly initialised weights from torch's own generator.</summary>
    /// <param name="input">The shape of one input.</param>
    /// <param name="classes">The number of classes.</param>
    /// <returns>The network; the caller owns it. Build it outside any dispose scope.</returns>
    public abstract nn.Module<Tensor, Tensor> Build(InputShape input, int classes);
}
