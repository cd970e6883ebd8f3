using Temper.Data;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Numerics;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Objectives;
using static TorchSharp.torch;

namespace Temper.Benchmarks;

/// <summary>
/// Thirty training steps of the recipe <c>cifar10-linf</c>, by the trainer, which also gathers, shifts and mirrors the images, and by
/// a bare loop over modules of TorchSharp with the same passes and the batches made beforehand.
/// </summary>
internal sealed class CifarPasses : IDisposable
{
    private const int Steps = 30;
    private const int BatchSize = 128;
    private const float Epsilon = 8 / 255f;
    private readonly ThreatModel _threat = ThreatModel.Parse("linf:8/255");
    private readonly ModuleClassifier _ours;
    private readonly BareResNet _bare = new();
    private readonly WeightUpdate _update;
    private readonly TorchSharp.Modules.SGD _sgd;
    private readonly BatchSource _source;
    private readonly ExampleSet _set;
    private readonly Batch[] _batches;

    public CifarPasses()
    {
        var shape = new InputShape(3, 32, 32);
        var net = new ResNetCifar(new() { Depth = 8, Normalise = "0.5,0.5,0.5 0.25,0.25,0.25" });
        _ours = new(net.Build(shape, 10), shape, 10);
        _update = WeightUpdate.Sgd(_ours.Module, 0.9, 5e-4);
        _sgd = optim.SGD(_bare.parameters().ToArray(), 1e-3, 0.9, weight_decay: 5e-4);
        _set = Noise(Steps * BatchSize);
        int[] all = [.. Enumerable.Range(0, _set.Count)];
        _source = new(_set, all) { Augmentation = new(4, Flip: true, new Rng(1)) };
        _batches = [.. Enumerable.Range(0, Steps).Select(n => _source.At(all, n, BatchSize))];
    }

    public void Temper()
    {
        var plan = new TrainPlan
        {
            Model = _ours,
            Train = _source,
            // One example and one step: validation must not weigh in.
            Validator = new(new BatchSource(_set, [0]), _threat, new Attacks.Pgd(new() { Steps = 1 }), 1, new Rng(0)),
            Threat = _threat,
            Objective = new NFgsmTraining(new()),
            Update = _update,
            LearningRate = new Schedule([(0, 1e-3), (1, 1e-3)]),
            Epochs = 1,
            BatchSize = BatchSize,
            InnerMode = Mode.TrainFrozenStatistics,
            Rng = new Rng(0),
        };
        new Trainer(plan, []).Run(false, null, CancellationToken.None);
    }

    public void Bare()
    {
        _bare.train();
        foreach (var batch in _batches)
        {
            using var scope = NewDisposeScope();
            var noisy = batch.Inputs + empty_like(batch.Inputs).uniform_(-2 * Epsilon, 2 * Epsilon);
            var leaf = noisy.detach().requires_grad_();
            var gradient = autograd.grad([nn.functional.cross_entropy(_bare.call(leaf), batch.Labels)], [leaf])[0];
            var x = (noisy + (gradient.sign() * Epsilon)).clamp(0, 1).detach();
            _bare.zero_grad(set_to_none: true);
            nn.functional.cross_entropy(_bare.call(x), batch.Labels).backward();
            _sgd.step();
        }
    }

    public void Dispose()
    {
        _update.Dispose();
        _sgd.Dispose();
        _ours.Dispose();
        _bare.Dispose();
        foreach (var batch in _batches)
        {
            batch.Dispose();
        }
    }

    private static ImageSet Noise(int count)
    {
        var words = new float[count * 3072];
        new Rng(7).FillUniform(words, [0], 0, 0);
        byte[] pixels = [.. words.Select(w => (byte)(w * 256))];
        return new(
            new("noise", "train", 3, 32, 32, 10, ""),
            pixels,
            [.. Enumerable.Range(0, count).Select(i => i % 10)]
        );
    }
}
