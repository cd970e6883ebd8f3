using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Benchmarks;

/// <summary>PGD-40 on examples that hold, so that neither side stops early: 40 gradients and, for Temper, 2 more forwards.</summary>
internal sealed class AttackPasses : IDisposable
{
    private const int Steps = 40;
    private readonly ThreatModel _threat = ThreatModel.Parse("linf:0.001");
    private readonly ExampleSet _set = Datasets.Load("mnist", "test");
    private readonly ModuleClassifier _model = Model();
    private readonly Dictionary<int, Batch> _batches = [];

    public void Bare(int size)
    {
        var batch = Batch(size);
        using var scope = NewDisposeScope();
        var x = batch.Inputs.clone();
        var (lower, upper) = ((batch.Inputs - 0.001).clamp(0, 1), (batch.Inputs + 0.001).clamp(0, 1));
        for (var step = 0; step < Steps; step++)
        {
            using var inner = NewDisposeScope();
            var leaf = x.detach().requires_grad_();
            var loss = nn.functional.cross_entropy(_model.Module.call(leaf), batch.Labels, reduction: nn.Reduction.Sum);
            var gradient = autograd.grad([loss], [leaf])[0];
            using var noGrad = no_grad();
            x.add_(gradient.sign_(), 0.0001).clamp_(lower, upper);
        }
        // The two forwards Temper spends on the last iterate and on the verification.
        using var quiet = no_grad();
        _model.Module.call(x);
        _model.Module.call(x);
    }

    public void Temper(int size) =>
        new Pgd(new() { Steps = Steps, Start = StartKind.Clean })
            .Run(_model, Batch(size), _threat, new Rng(0))
            .Dispose();

    public void Dispose()
    {
        _model.Dispose();
        foreach (var batch in _batches.Values)
        {
            batch.Dispose();
        }
    }

    internal static ModuleClassifier Model()
    {
        manual_seed(1);
        var input = new InputShape(1, 28, 28);
        return new(new MnistNet(new()).Build(input, 10), input, 10);
    }

    /// <summary>Examples labelled with what the untrained model says, so that none is broken at once.</summary>
    private Batch Batch(int size)
    {
        if (!_batches.TryGetValue(size, out var batch))
        {
            var all = BatchSource.Gather(_set, [.. Enumerable.Range(0, size)]);
            using var noGrad = no_grad();
            using var logits = _model.Logits(all.Inputs);
            batch = _batches[size] = all with { Labels = logits.argmax(1) };
        }
        return batch;
    }
}
