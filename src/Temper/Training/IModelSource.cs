using Temper.Models;

namespace Temper.Training;

/// <summary>Where a training method gets other, finished networks from; whoever implements it owns them.</summary>
public interface IModelSource
{
    /// <summary>Opens a network, or gives the one opened before.</summary>
    /// <param name="name">Its name, such as the path of a file.</param>
    /// <param name="beside">The network being trained; the other must take its inputs and tell its classes apart.</param>
    /// <returns>The network; borrowed.</returns>
    /// <exception cref="Errors.TemperException">There is none, or it does not fit.</exception>
    IClassifier Open(string name, IClassifier beside);
}
