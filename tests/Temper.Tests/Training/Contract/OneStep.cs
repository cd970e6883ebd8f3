using Temper.Data;
using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using Temper.Training;
using static TorchSharp.torch;

namespace Temper.Tests.Training.Contract;

/// <summary>One training step as the trainer makes it, without the weight update: loss, gradients of the weights, passes, and every input the model saw.</summary>
internal sealed class OneStep
{
    private OneStep() { }

    /// <summary>Gets the loss.</summary>
    public float Loss { get; private init; }

    /// <summary>Gets the gradients of the weights by name.</summary>
    public IReadOnlyDictionary<string, float[]> Gradients { get; private init; } = new Dictionary<string, float[]>();

    /// <summary>Gets the passes.</summary>
    public QueryMeter Meter { get; } = new();

    /// <summary>Gets what the model saw in train mode, call by call.</summary>
    public IReadOnlyList<float[]> Trained { get; private init; } = [];

    /// <summary>Gets what it saw otherwise.</summary>
    public IReadOnlyList<float[]> Searched { get; private init; } = [];

    /// <summary>Gets how many examples counted as right.</summary>
    public int Correct { get; private init; }

    /// <summary>Makes a step.</summary>
    /// <param name="objective">The method.</param>
    /// <param name="model">The model; gradients are left on it.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="threat">The threat.</param>
    /// <param name="place">The number of the step and how much of the training is done.</param>
    /// <param name="inner">The mode of the inner search.</param>
    /// <param name="others">Where other networks come from.</param>
    /// <param name="record">Whether what the model sees is noted; it is then asked through a wrapper that hides its module.</param>
    public static OneStep Of(
        Objective objective,
        ModuleClassifier model,
        Batch batch,
        ThreatModel threat,
        (uint Number, double Fraction)? place = null,
        Mode inner = Mode.Evaluate,
        IModelSource? others = null,
        bool record = true
    )
    {
        using var scope = NewDisposeScope();
        using var mode = model.Enter(Mode.Train);
        manual_seed(1);
        var seen = new List<(bool Training, float[] Inputs)>();
        using var recorder = new Recorder(model, seen);
        var meter = new QueryMeter();
        using var context = new StepContext(
            new MeteredClassifier(record ? recorder : model, meter),
            batch,
            threat,
            new Rng(5).Fork("craft"),
            place ?? (1, 0.5),
            inner,
            others
        );
        var loss = objective.Loss(context);
        model.Module.zero_grad(set_to_none: true);
        loss.backward();
        context.Ready();
        context.Finish();
        var step = new OneStep
        {
            Loss = loss.item<float>(),
            Correct = context.Correct,
            Gradients = model
                .Module.named_parameters()
                .Where(p => p.parameter.grad is not null)
                .ToDictionary(p => p.name, p => Tensors.ToArray<float>(p.parameter.grad!), StringComparer.Ordinal),
            Trained = [.. seen.Where(s => s.Training).Select(s => s.Inputs)],
            Searched = [.. seen.Where(s => !s.Training).Select(s => s.Inputs)],
        };
        step.Meter.AddForwards(meter.Forwards);
        step.Meter.AddGradients(meter.Gradients);
        return step;
    }

    /// <summary>A classifier that notes what it is asked; it borrows the one it asks.</summary>
    private sealed class Recorder(ModuleClassifier inner, List<(bool Training, float[] Inputs)> seen) : IClassifier
    {
        public string Kind => inner.Kind;
        public int Classes => inner.Classes;
        public InputShape Input => inner.Input;
        public PixelRange Range => inner.Range;
        public Access Access => inner.Access;
        public Device Device => inner.Device;

        public Tensor Logits(Tensor x)
        {
            seen.Add((inner.Module.training, Tensors.ToArray<float>(x)));
            return inner.Logits(x);
        }

        public ModeScope Enter(Mode mode) => inner.Enter(mode);

        public void Dispose() { }
    }
}
