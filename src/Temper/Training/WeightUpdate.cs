using Temper.Errors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>An optimizer of TorchSharp whose state can be kept as named tensors.</summary>
public sealed class WeightUpdate : IDisposable
{
    private readonly OptimizerHelper _optimizer;
    private readonly Parameter[] _parameters;

    private readonly double _weightDecay;

    private WeightUpdate(OptimizerHelper optimizer, Parameter[] parameters, double weightDecay) =>
        (_optimizer, _parameters, _weightDecay) = (optimizer, parameters, weightDecay);

    /// <summary>Creates SGD with momentum.</summary>
    /// <param name="module">The module whose parameters are trained.</param>
    /// <param name="momentum">The momentum, 0 for none.</param>
    /// <param name="weightDecay">The L2 penalty.</param>
    public static WeightUpdate Sgd(nn.Module module, double momentum, double weightDecay)
    {
        Parameter[] parameters = [.. module.parameters()];
        return new(optim.SGD(parameters, 0.1, momentum: momentum, weight_decay: weightDecay), parameters, weightDecay);
    }

    /// <summary>Creates Adam.</summary>
    /// <param name="module">The module whose parameters are trained.</param>
    /// <param name="weightDecay">The L2 penalty.</param>
    public static WeightUpdate Adam(nn.Module module, double weightDecay)
    {
        Parameter[] parameters = [.. module.parameters()];
        return new(optim.Adam(parameters, 1e-3, weight_decay: weightDecay), parameters, weightDecay);
    }

    /// <summary>Runs backward and moves the weights.</summary>
    /// <param name="module">The module.</param>
    /// <param name="loss">A scalar with a graph to the weights.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    public void Step(nn.Module module, Tensor loss, double learningRate) => Step(module, loss, learningRate, () => { });

    /// <summary>Runs backward, lets somebody see to the gradients, and moves the weights.</summary>
    internal void Step(nn.Module module, Tensor loss, double learningRate, Action beforeMoving)
    {
        module.zero_grad(set_to_none: true);
        loss.backward();
        beforeMoving();
        if (StepInOnePass(learningRate))
        {
            return;
        }
        foreach (var group in _optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }
        _optimizer.step();
    }

    /// <summary>Adam on a CPU, without a dozen tensor operations per parameter.</summary>
    /// <returns>False where it does not apply; nothing is changed then.</returns>
    private bool StepInOnePass(double learningRate)
    {
        if (_optimizer is not TorchSharp.Modules.Adam)
        {
            return false;
        }
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var states = _optimizer.state_dict().State;
        var gradients = new Tensor?[_parameters.Length];
        for (var i = 0; i < states.Count; i++)
        {
            gradients[i] = _parameters[i].grad?.contiguous();
            if (!AdamStep.Fits(_parameters[i]) || (gradients[i] is { } found && !AdamStep.Fits(found)))
            {
                return false;
            }
        }
        for (var i = 0; i < states.Count; i++)
        {
            if (gradients[i] is { } gradient)
            {
                var state = (Adam.State)states[i];
                state.step++;
                new AdamStep(state.step, learningRate, _weightDecay).Update(
                    _parameters[i],
                    gradient,
                    state.exp_avg,
                    state.exp_avg_sq
                );
            }
        }
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _optimizer.Dispose();

    /// <summary>The state as named tensors, owned by the caller; absent where the optimizer has none yet.</summary>
    internal IEnumerable<(string Name, Tensor Value)> State()
    {
        var states = _optimizer.state_dict().State;
        for (var i = 0; i < states.Count; i++)
        {
            switch (states[i])
            {
                case Adam.State adam:
                    yield return ($"{i}.step", tensor(adam.step, dtype: ScalarType.Int64));
                    yield return ($"{i}.mean", adam.exp_avg.clone());
                    yield return ($"{i}.square", adam.exp_avg_sq.clone());
                    break;
                case SGD.State { momentum_buffer: { } buffer }:
                    yield return ($"{i}.momentum", buffer.clone());
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Puts a saved state back.</summary>
    internal void Restore(IReadOnlyDictionary<string, Tensor> saved, string path)
    {
        using var noGrad = no_grad();
        var dictionary = _optimizer.state_dict();
        for (var i = 0; i < _parameters.Length; i++)
        {
            switch (dictionary.State[i])
            {
                case Adam.State adam:
                    adam.step = Find($"{i}.step").item<long>();
                    adam.exp_avg.copy_(Find($"{i}.mean"));
                    adam.exp_avg_sq.copy_(Find($"{i}.square"));
                    break;
                case SGD.State sgd when saved.TryGetValue($"{i}.momentum", out var momentum):
                    sgd.momentum_buffer = momentum.clone().DetachFromDisposeScope();
                    break;
                default:
                    break;
            }
        }

        Tensor Find(string name) =>
            saved.TryGetValue(name, out var value)
                ? value
                : throw new DataException(
                    $"{path}: the optimizer's '{name}' is missing; the checkpoint is not of this run."
                );
    }
}
