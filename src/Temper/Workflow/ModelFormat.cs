using Temper.Models;

namespace Temper.Workflow;

/// <summary>A kind of model file beside those the library opens itself; each is one file with the attribute <c>Component</c>.</summary>
public abstract class ModelFormat
{
    /// <summary>Gets the extension of its files, such as <c>.onnx</c>.</summary>
    public abstract string Extension { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file; it exists.</param>
    /// <param name="input">The shape of one input of the data.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="Errors.DataException">The file is damaged or of another kind.</exception>
    /// <exception cref="Errors.ModelException">The model does not take inputs of that shape.</exception>
    public abstract ModelFile Open(string path, InputShape input);
}
