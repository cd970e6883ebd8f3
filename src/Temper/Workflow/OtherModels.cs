using Temper.Errors;
using Temper.Models;
using Temper.Runs;
using Temper.Serialization;
using Temper.Training;

namespace Temper.Workflow;

/// <summary>The finished networks a training method asks for, opened from files and kept open until the training ends.</summary>
internal sealed class OtherModels : IModelSource, IDisposable
{
    private readonly Dictionary<string, ModelFile> _opened = new(StringComparer.Ordinal);

    /// <summary>The files a method will open, with their hashes. Needs no libtorch.</summary>
    /// <param name="objective">The method.</param>
    /// <param name="begun">What the interrupted run wrote when it began; null for a run that begins.</param>
    /// <returns>Null where it opens none.</returns>
    /// <exception cref="DataException">One is missing, or is another file than when the run began.</exception>
    public static IReadOnlyList<ManifestOther>? Cards(Objective objective, RunManifest? begun)
    {
        if (objective.Others.Count == 0)
        {
            return null;
        }
        ManifestOther[] found =
        [
            .. objective.Others.Select(name => new ManifestOther(name, Hashes.Sha256OfFile(ModelFile.Find(name)))),
        ];
        foreach (var (other, before) in found.Zip(begun?.Training?.Others ?? []))
        {
            if (other.Sha256 != before.Sha256)
            {
                throw new DataException(
                    $"{ModelFile.Find(other.Path)}: training.objective: the other network is not the one this run began with: found SHA-256 {other.Sha256}, expected {before.Sha256}. Put that file back, or train anew into another folder."
                );
            }
        }
        return found;
    }

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
