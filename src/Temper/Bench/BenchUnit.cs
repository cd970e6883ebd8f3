using Temper.Models;
using Temper.Models.Graphs;
using static TorchSharp.torch;

namespace Temper.Bench;

/// <summary>Work that is measured, once as Temper does it and once as the same passes done bare.</summary>
internal abstract class BenchUnit : IDisposable
{
    private nn.Module<Tensor, Tensor>? _bare;

    /// <summary>Builds the network.</summary>
    /// <param name="network">What is measured.</param>
    protected BenchUnit(BenchNetwork network)
    {
        Module = network.Build();
        Model = new(Module, network.Input, BenchNetwork.Classes);
    }

    /// <summary>Gets the network Temper runs.</summary>
    public GraphModule Module { get; }

    /// <summary>Gets the same as a classifier.</summary>
    protected ModuleClassifier Model { get; }

    /// <summary>Gets the network of the bare side, made when it is first asked for, so that the memory of Temper's side is its own.</summary>
    protected nn.Module<Tensor, Tensor> BareModule => _bare ??= BareNetwork.Of(Module);

    /// <summary>Runs Temper's side.</summary>
    public abstract UnitTime Temper();

    /// <summary>Runs the bare side.</summary>
    public abstract UnitTime Bare();

    /// <summary>The unit of a row.</summary>
    public static BenchUnit Of(BenchCase row) =>
        row.Method.Objective is { } objective
            ? new TrainingUnit(row, objective())
            : new AttackUnit(row.Network, row.Batch, row.Steps);

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        _bare?.Dispose();
        Model.Dispose();
    }

    /// <summary>Frees what a unit holds besides its networks.</summary>
    protected abstract void Release();
}
