using Temper.Models;
using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>The exponential moving average of weights and buffers.</summary>
/// <remarks>Decay at update t is min(decay, (1 + t)/(10 + t)), so that early averages do not hang on the initial weights. Whole-number buffers are copied.</remarks>
public sealed class WeightAverage : IDisposable
{
    private readonly double _decay;
    private readonly (string Name, Tensor Live, Tensor Average)[] _state;

    /// <summary>Starts the average at the module's weights.</summary>
    /// <param name="module">The module, borrowed.</param>
    /// <param name="decay">The decay, from 0 to below 1.</param>
    public WeightAverage(nn.Module module, double decay)
    {
        _decay = decay;
        using var noGrad = no_grad();
        _state = [.. Weights.State(module).Select(s => (s.Name, s.Value, Copy(s.Value)))];
    }

    /// <summary>Gets the averages under the names of the live tensors.</summary>
    internal IEnumerable<(string Name, Tensor Value)> State => _state.Select(s => (s.Name, s.Average));

    /// <summary>Moves the average towards the live weights.</summary>
    /// <param name="update">The number of this update, 1 first.</param>
    public void Update(int update)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var decay = Math.Min(_decay, (1.0 + update) / (10.0 + update));
        foreach (var (_, live, average) in _state)
        {
            if (average.is_floating_point())
            {
                average.mul_(decay).add_(live, 1 - decay);
            }
            else
            {
                average.copy_(live);
            }
        }
    }

    /// <summary>Puts the average into the module while the scope is open; disposing it restores the live weights bit for bit.</summary>
    /// <returns>The scope.</returns>
    public IDisposable Applied() => new Swap(_state);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, average) in _state)
        {
            average.Dispose();
        }
    }

    private static Tensor Copy(Tensor value)
    {
        using var detached = value.detach();
        return detached.clone().DetachFromDisposeScope();
    }

    private sealed class Swap : IDisposable
    {
        private readonly (Tensor Live, Tensor Saved)[] _saved;

        public Swap((string Name, Tensor Live, Tensor Average)[] state)
        {
            using var noGrad = no_grad();
            _saved = [.. state.Select(s => (s.Live, Copy(s.Live)))];
            foreach (var (_, live, average) in state)
            {
                live.copy_(average);
            }
        }

        public void Dispose()
        {
            using var noGrad = no_grad();
            foreach (var (live, saved) in _saved)
            {
                live.copy_(saved);
                saved.Dispose();
            }
        }
    }
}
