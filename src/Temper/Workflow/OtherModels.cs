using Temper.Errors;
using Temper.Models;
using Temper.Training;

namespace Temper.Workflow;

/// <summary>The finished networks a training method asks for, opened from files and kept open until the training ends.</summary>
internal sealed class OtherModels : IModelSource, IDisposable
{
    private readonly Dictionary<string, ModelFile> _opened = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IClassifier Open(string name, IClassifier beside)
    {
        if (_opened.TryGetValue(name, out var known))
        {
            return known.Classifier;
        }
        ModelFile opened;
        try
        {
            opened = ModelFile.Open(name, beside.Input, beside.Classes);
        }
        catch (TemperException e)
        {
            throw new ModelException($"training.objective: the other network does not fit. {e.Message}", e);
        }
        if (opened.Classifier.Access != Access.Gradients || opened.Classifier.Range != beside.Range)
        {
            using (opened)
            {
                throw new ModelException(
                    $"training.objective: the other network {name} takes inputs in {opened.Classifier.Range} and shows {opened.Classifier.Access.ToString().ToLowerInvariant()}, expected {beside.Range} and gradients."
                );
            }
        }
        _opened[name] = opened;
        return opened.Classifier;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var opened in _opened.Values)
        {
            opened.Dispose();
        }
    }
}
