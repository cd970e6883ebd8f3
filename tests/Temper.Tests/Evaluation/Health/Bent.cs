using Temper.Models;
using static TorchSharp.torch;

namespace Temper.Tests.Evaluation.Health;

/// <summary>A network with something done to its inputs or its scores.</summary>
internal sealed class Bent : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _inner;
    private readonly Func<Tensor, Tensor> _before;
    private readonly Func<Tensor, Tensor> _after;

    private Bent(nn.Module<Tensor, Tensor> inner, Func<Tensor, Tensor> before, Func<Tensor, Tensor> after)
        : base(nameof(Bent))
    {
        (_inner, _before, _after) = (inner, before, after);
        RegisterComponents();
    }

    /// <summary>Takes a classifier over and bends it.</summary>
    public static ModuleClassifier Of(
        ModuleClassifier model,
        Func<Tensor, Tensor>? before = null,
        Func<Tensor, Tensor>? after = null
    ) => new(new Bent(model.Module, before ?? (x => x.alias()), after ?? (z => z.alias())), model.Input, model.Classes);

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _after(_inner.call(_before(input))).MoveToOuterDisposeScope();
    }
}
