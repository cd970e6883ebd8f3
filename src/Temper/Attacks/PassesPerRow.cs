using Temper.Models;

namespace Temper.Attacks;

/// <summary>Counts the passes that each row of a batch was asked about on its own, while others had ended.</summary>
/// <param name="rows">The rows of the batch.</param>
/// <param name="meter">Counts all passes; what is counted here is added to it.</param>
internal sealed class PassesPerRow(int rows, QueryMeter meter)
{
    private readonly long[] _forwards = new long[rows];
    private readonly long[] _gradients = new long[rows];

    /// <summary>Gets the forward passes of each row.</summary>
    public IReadOnlyList<long> Forwards => _forwards;

    /// <summary>Gets the gradient passes of each row.</summary>
    public IReadOnlyList<long> Gradients => _gradients;

    /// <summary>Counts one forward pass and some gradients of each of some rows.</summary>
    /// <param name="asked">The rows; one that stands there twice is counted twice.</param>
    /// <param name="gradients">The gradients of each.</param>
    public void Count(int[] asked, int gradients)
    {
        foreach (var row in asked)
        {
            _forwards[row]++;
            _gradients[row] += gradients;
        }
        meter.AddForwards(asked.Length);
        meter.AddGradients((long)asked.Length * gradients);
    }
}
