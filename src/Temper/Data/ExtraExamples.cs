using Temper.Errors;
using Temper.Numerics;

namespace Temper.Data;

/// <summary>Examples of a second data set that are mixed into every training batch.</summary>
/// <remarks>
/// Carmon et al. 2019: an epoch goes once through the training examples, and the second set is gone through on the side, shuffled, again
/// and again. The canonical index of an extra example follows those of the training set.
/// </remarks>
public sealed class ExtraExamples
{
    private readonly Rng _rng;
    private readonly IReadOnlyList<int> _indices;
    private (uint Pass, int[] Order)? _order;

    /// <summary>Creates it.</summary>
    /// <param name="set">The second set.</param>
    /// <param name="indices">The canonical indices of its examples that are used, at least one.</param>
    /// <param name="share">Its share of each batch, above 0 and below 1.</param>
    /// <param name="rng">The stream.</param>
    public ExtraExamples(ExampleSet set, IReadOnlyList<int> indices, double share, Rng rng) =>
        (Set, _indices, Share, _rng) = (set, indices, share, rng);

    /// <summary>Gets the second set.</summary>
    public ExampleSet Set { get; }

    /// <summary>Gets its share of each batch.</summary>
    public double Share { get; }

    /// <summary>The extra examples of a whole batch.</summary>
    /// <param name="size">The batch size.</param>
    /// <returns>At least one and less than all.</returns>
    /// <exception cref="UsageException">A batch of one has no room for two sets.</exception>
    internal int In(int size) =>
        size > 1
            ? Math.Clamp((int)Math.Round(Share * size), 1, size - 1)
            : throw new UsageException(
                "data.extra: found batches of one example, expected training.batch of at least 2."
            );

    /// <summary>The example at a place in the endless shuffled row of them.</summary>
    /// <param name="place">The place.</param>
    internal int At(long place)
    {
        var pass = (uint)(place / _indices.Count);
        if (_order is not { } known || known.Pass != pass)
        {
            _order = known = (pass, _rng.Permutation(_indices.Count, pass));
        }
        return _indices[known.Order[place % _indices.Count]];
    }
}
