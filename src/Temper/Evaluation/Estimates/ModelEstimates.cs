using Temper.Errors;
using Temper.Serialization;

namespace Temper.Evaluation.Estimates;

/// <summary>Estimates from random points: <c>estimates.json</c>. They are neither upper nor lower bounds of anything.</summary>
/// <param name="Batches">Samples drawn around each example.</param>
/// <param name="Points">Points of each sample.</param>
/// <param name="Forwards">Forward passes spent, in examples.</param>
/// <param name="Gradients">Gradient passes spent, in examples.</param>
/// <param name="Examples">One entry per example, indices ascending.</param>
internal sealed record ModelEstimates(
    int Batches,
    int Points,
    long Forwards,
    long Gradients,
    IReadOnlyList<SlopeEstimate> Examples
)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "estimates.json";

    /// <summary>Reads the file strictly.</summary>
    /// <exception cref="DataException">The file is missing, is not such JSON, or a number is out of its range.</exception>
    public static ModelEstimates Read(string path)
    {
        var estimates = JsonText.Read<ModelEstimates>(path);
        var wrong = estimates.Examples.FirstOrDefault(e =>
            !(double.IsFinite(e.Margin) && e.Slope >= 0 && double.IsFinite(e.Slope) && e.Clever >= 0)
        );
        return wrong is null
            ? estimates
            : throw new DataException(
                $"{path}: example {wrong.Index}: found margin {wrong.Margin}, slope {wrong.Slope} and score {wrong.Clever}, expected finite numbers, the last two not negative."
            );
    }

    /// <summary>Writes the file, atomically.</summary>
    /// <exception cref="RunFailedException">The file cannot be written.</exception>
    public void Write(string path) => AtomicFile.WriteText(path, JsonText.Write(this));
}
