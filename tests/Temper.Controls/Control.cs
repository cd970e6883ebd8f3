using Temper.Models;
using Temper.Models.Architectures;
using static TorchSharp.torch;

namespace Temper.Controls;

/// <summary>
/// A network that is broken on purpose: <c>mnist-net</c>, under the same parameter names, with something done to its inputs or its
/// scores. Weights of a trained <c>mnist-net</c> fit after <see cref="ControlWeights.Rename"/>.
/// </summary>
public abstract class Control : Architecture
{
    /// <inheritdoc/>
    public sealed override nn.Module<Tensor, Tensor> Build(InputShape input, int classes) =>
        new Net(this, input, classes);

    /// <summary>What is done to the inputs.</summary>
    /// <param name="x">Inputs, shape (N, C, H, W).</param>
    protected virtual Tensor Before(Tensor x) => x;

    /// <summary>What becomes of a hidden layer.</summary>
    /// <param name="hidden">The layer before its activation, shape (N, …).</param>
    protected virtual Tensor Activate(Tensor hidden) => nn.functional.relu(hidden);

    /// <summary>What is done to the scores.</summary>
    /// <param name="scores">Scores, shape (N, classes).</param>
    protected virtual Tensor After(Tensor scores) => scores;

    private sealed class Net : nn.Module<Tensor, Tensor>
    {
        private readonly Control _control;
        private readonly nn.Module<Tensor, Tensor> _first;
        private readonly nn.Module<Tensor, Tensor> _second;
        private readonly nn.Module<Tensor, Tensor> _hidden;
        private readonly nn.Module<Tensor, Tensor> _scores;

        public Net(Control control, InputShape input, int classes)
            : base(nameof(Control))
        {
            _control = control;
            _first = nn.Conv2d(input.Channels, 16, 4, stride: 2, padding: 1);
            _second = nn.Conv2d(16, 32, 4, stride: 2, padding: 1);
            _hidden = nn.Linear(32 * (input.Height / 4) * (input.Width / 4), 100);
            _scores = nn.Linear(100, classes);
            // The names that a PyTorch Sequential gives them, as mnist-net has them.
            register_module("0", _first);
            register_module("2", _second);
            register_module("5", _hidden);
            register_module("7", _scores);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var x = _control.Before(input.alias());
            x = _control.Activate(_first.call(x));
            x = _control.Activate(_second.call(x));
            x = _control.Activate(_hidden.call(x.flatten(1)));
            return _control.After(_scores.call(x)).MoveToOuterDisposeScope();
        }
    }
}
