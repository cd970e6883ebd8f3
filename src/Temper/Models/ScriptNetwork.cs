using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Temper.Models;

/// <summary>A TorchScript module as a network that trains: TorchSharp's own type is none. It owns the script.</summary>
internal sealed class ScriptNetwork : nn.Module<Tensor, Tensor>
{
    private readonly jit.ScriptModule<Tensor, Tensor> _script;

    /// <summary>Takes a script.</summary>
    /// <param name="script">The script.</param>
    public ScriptNetwork(jit.ScriptModule<Tensor, Tensor> script)
        : base(nameof(ScriptNetwork))
    {
        _script = script;
        // A script makes new handles for its tensors at each call; these here are kept, and share their memory and gradients.
        foreach (var (name, parameter) in script.named_parameters())
        {
            register_parameter(name, (Parameter)parameter.DetachFromDisposeScope());
        }
        foreach (var (name, buffer) in script.named_buffers())
        {
            register_buffer(name, buffer.DetachFromDisposeScope());
        }
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => _script.call(input);

    /// <inheritdoc/>
    public override void train(bool on = true)
    {
        base.train(on);
        _script.train(on);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _script.Dispose();
        }
        base.Dispose(disposing);
    }
}
