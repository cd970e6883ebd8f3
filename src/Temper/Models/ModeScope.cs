using static TorchSharp.torch;

namespace Temper.Models;

/// <summary>Holds a model in one mode; disposing it restores every submodule's mode, and buffers where promised.</summary>
/// <remarks>Restoring also happens when the code in between throws, as long as the scope is opened by <c>using</c>.</remarks>
public sealed class ModeScope : IDisposable
{
    private readonly nn.Module? _root;
    private readonly (nn.Module Module, bool Training)[] _modes;
    private readonly (Tensor Buffer, Tensor Saved)[] _buffers;
    private readonly bool _ownsModules;

    private ModeScope(nn.Module root, Mode mode)
    {
        _root = root;
        // named_modules() leaves out the module itself.
        // A TorchScript module makes new wrappers for its children at each call, so only its own flag is kept.
        _ownsModules = root is not jit.ScriptModule;
        _modes = _ownsModules
            ? [(root, root.training), .. root.named_modules().Select(m => (m.module, m.module.training))]
            : [(root, root.training)];
        _buffers =
            mode == Mode.TrainFrozenStatistics
                ? [.. root.named_buffers().Select(b => (b.buffer, b.buffer.clone().DetachFromDisposeScope()))]
                : [];
        root.train(mode != Mode.Evaluate);
    }

    private ModeScope() => (_root, _modes, _buffers) = (null, [], []);

    /// <summary>A scope for a model without modes, such as one of which only the scores are seen.</summary>
    public static ModeScope Nothing() => new();

    /// <summary>Opens a scope on a module.</summary>
    /// <param name="module">The module; borrowed.</param>
    /// <param name="mode">The mode.</param>
    public static ModeScope Open(nn.Module module, Mode mode) => new(module, mode);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_root is not null && !_ownsModules)
        {
            _root.train(_modes[0].Training);
        }
        else
        {
            // train() reaches down to the children, so parents come first and each child has the last word on itself.
            foreach (var (module, training) in _modes)
            {
                if (module.training != training)
                {
                    module.train(training);
                }
            }
        }
        using var noGrad = no_grad();
        foreach (var (buffer, saved) in _buffers)
        {
            Restore(buffer, saved);
            saved.Dispose();
        }
    }

    /// <summary>Writes a buffer past autograd, which counts writes and refuses graphs made before one; in train mode they do not read it.</summary>
    private static void Restore(Tensor buffer, Tensor saved)
    {
        if (buffer.device_type == TorchSharp.DeviceType.CPU && buffer.is_contiguous() && saved.is_contiguous())
        {
            saved.bytes.CopyTo(buffer.bytes);
            return;
        }
        buffer.copy_(saved);
    }
}
