using static TorchSharp.torch;

namespace Temper.Training;

/// <summary>What was found in one training step, to be given again when the loss is computed anew at other weights.</summary>
internal sealed class StepMemory : IDisposable
{
    private readonly List<Tensor[]> _found = [];
    private bool _keeps;
    private bool _finding;
    private int _next;

    /// <summary>From here on, what is found is kept.</summary>
    public void Begin() => _keeps = true;

    /// <summary>What was found is given again, from the first on.</summary>
    public void Rewind() => _next = 0;

    /// <summary>Finds something, or gives what was found in this place before.</summary>
    /// <param name="find">Finds it; what it finds on the way belongs to it.</param>
    public IReadOnlyList<Tensor> Once(Func<IReadOnlyList<Tensor>> find)
    {
        if (_finding || !_keeps)
        {
            return find();
        }
        if (_next < _found.Count)
        {
            return [.. _found[_next++].Select(t => t.clone())];
        }
        _finding = true;
        try
        {
            var found = find();
            using var scope = NewDisposeScope();
            _found.Add([.. found.Select(t => t.detach().clone().DetachFromDisposeScope())]);
            _next++;
            return found;
        }
        finally
        {
            _finding = false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _found.SelectMany(f => f))
        {
            tensor.Dispose();
        }
        _found.Clear();
    }
}
