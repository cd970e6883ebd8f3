using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using Temper.Training;
using Temper.Training.Objectives;
using static TorchSharp.torch;

namespace Temper.Benchmarks;

/// <summary>Forty adversarial training steps with PGD-7 and Adam, by the trainer and by a bare loop.</summary>
internal sealed class TrainingPasses : IDisposable
{
    private const int Steps = 40;
    private const int BatchSize = 128;
    private readonly ThreatModel _threat = ThreatModel.Parse("linf:0.3");
    private readonly ExampleSet _set = Datasets.Load("mnist", "train");
    private readonly ModuleClassifier _ours = AttackPasses.Model();
    private readonly ModuleClassifier _bare = AttackPasses.Model();
    private readonly WeightUpdate _update;
    private readonly TorchSharp.Modules.Adam _adam;
    private readonly BatchSource _source;
    private readonly Batch[] _batches;

    public TrainingPasses()
    {
        _update = WeightUpdate.Adam(_ours.Module, 0);
        _adam = optim.Adam(_bare.Module.parameters().ToArray(), 1e-4);
        _source = new(_set, [.. Enumerable.Range(0, Steps * BatchSize)]);
        _batches =
        [
            .. Enumerable
                .Range(0, Steps)
                .Select(n => _source.At([.. Enumerable.Range(0, _source.Count)], n, BatchSize)),
        ];
    }

    public void Temper()
    {
        var plan = new TrainPlan
        {
            Model = _ours,
            Train = _source,
            // One example and one step: validation must not weigh in.
            Validator = new(new BatchSource(_set, [0]), _threat, new Pgd(new() { Steps = 1 }), 1, new Rng(0)),
            Threat = _threat,
            Objective = new PgdTraining(new() { Steps = 7 }),
            Update = _update,
            LearningRate = new Schedule([(0, 1e-4), (1, 1e-4)]),
            Epochs = 1,
            BatchSize = BatchSize,
            Rng = new Rng(0),
        };
        new Trainer(plan, []).Run(false, null, CancellationToken.None);
    }

    public void Bare()
    {
        foreach (var batch in _batches)
        {
            using var scope = NewDisposeScope();
            var clean = batch.Inputs;
            var (lower, upper) = ((clean - 0.3).clamp(0, 1), (clean + 0.3).clamp(0, 1));
            var x = (clean + empty_like(clean).uniform_(-0.3, 0.3)).clamp_(lower, upper);
            for (var step = 0; step < 7; step++)
            {
                using var inner = NewDisposeScope();
                var leaf = x.detach().requires_grad_();
                var loss = nn.functional.cross_entropy(
                    _bare.Module.call(leaf),
                    batch.Labels,
                    reduction: nn.Reduction.Sum
                );
                var gradient = autograd.grad([loss], [leaf])[0];
                using var noGrad = no_grad();
                x.add_(gradient.sign_(), 0.075).clamp_(lower, upper);
            }
            var outer = nn.functional.cross_entropy(_bare.Module.call(x), batch.Labels);
            _bare.Module.zero_grad(set_to_none: true);
            outer.backward();
            _adam.step();
        }
    }

    public void Dispose()
    {
        _update.Dispose();
        _adam.Dispose();
        _ours.Dispose();
        _bare.Dispose();
        foreach (var batch in _batches)
        {
            batch.Dispose();
        }
    }
}
