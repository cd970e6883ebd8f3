using Temper.Errors;
using Temper.Evaluation;
using Temper.Models;
using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Certification.Smoothing;

/// <summary>The classifier that gives an input the class its base gives most often to the input under Gaussian noise.</summary>
/// <param name="model">The base; borrowed, asked in evaluation mode.</param>
/// <param name="settings">σ, N0, N and α.</param>
/// <param name="rng">The stream. Selection, estimation and prediction each have their own under it.</param>
/// <param name="block">How many noisy copies go through the base at once.</param>
/// <remarks>
/// Cohen et al. 2019. Noise is a function of the stream, the example's canonical index and the number of the noise vector: which other
/// examples are asked, in what order and in what blocks, does not change it. Noisy inputs are not clipped to the box, for the theorem
/// needs the noise whole. Noise and sums are float32.
/// </remarks>
public sealed class SmoothedClassifier(IClassifier model, SmoothingSettings settings, Rng rng, int block = 500)
{
    /// <summary>Certifies one input.</summary>
    /// <param name="input">The input (1, C, H, W); borrowed.</param>
    /// <param name="index">Its canonical index, which keys the noise.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <returns>Class and radius, or an abstention.</returns>
    /// <exception cref="UsageException">There is not one input.</exception>
    public SmoothedCertificate Certify(Tensor input, long index, CancellationToken cancellation = default)
    {
        var votes = Votes(input, index, "selection", settings.N0, cancellation);
        var selected = Array.IndexOf(votes, votes.Max());
        if (votes[selected] == 0)
        {
            return new(SmoothedCertificate.Abstained, 0, settings);
        }
        // Other noise: a class chosen for its count would have that count flattered.
        return new(selected, Votes(input, index, "estimation", settings.N, cancellation)[selected], settings);
    }

    /// <summary>Predicts the class of one input by N noise vectors: algorithm PREDICT.</summary>
    /// <param name="input">The input (1, C, H, W); borrowed.</param>
    /// <param name="index">Its canonical index, which keys the noise.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <returns>
    /// The class; <see cref="SmoothedCertificate.Abstained"/> where a two-sided binomial test at α cannot tell the two most frequent apart.
    /// A class that is not that of the smoothed classifier is given with probability α at most.
    /// </returns>
    /// <exception cref="UsageException">There is not one input.</exception>
    public int Predict(Tensor input, long index, CancellationToken cancellation = default) =>
        Told(Votes(input, index, "prediction", settings.N, cancellation), settings.Alpha);

    /// <summary>The class that votes tell, or an abstention.</summary>
    /// <param name="votes">How many noise vectors gave each class.</param>
    /// <param name="alpha">The level of the test.</param>
    internal static int Told(int[] votes, double alpha)
    {
        var first = Array.IndexOf(votes, votes.Max());
        var second = votes.Where((_, k) => k != first).DefaultIfEmpty(0).Max();
        var both = votes[first] + second;
        // The test rejects a fair coin where the limit of half its level lies above it.
        return both > 0 && Interval.LowerLimit(votes[first], both, 1 - (alpha / 2)) > 0.5
            ? first
            : SmoothedCertificate.Abstained;
    }

    private int[] Votes(Tensor input, long index, string purpose, int count, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() != 4 || input.shape[0] != 1)
        {
            throw new UsageException(
                $"input: found the shape [{string.Join(", ", input.shape)}], expected one input [1, C, H, W]."
            );
        }
        using var mode = model.Enter(Mode.Evaluate);
        using var noGrad = no_grad();
        var stream = rng.Fork(purpose);
        var values = (int)input.numel();
        var votes = new int[model.Classes];
        for (var from = 0; from < count; from += block)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var rows = Math.Min(block, count - from);
            var noise = empty([rows, .. input.shape[1..]], dtype: ScalarType.Float32);
            var floats = Tensors.Floats(noise);
            for (var row = 0; row < rows; row++)
            {
                stream.FillNormal(floats.Slice(row * values, values), [index], 0, (uint)(from + row));
            }
            var logits = model.Logits(noise.to(model.Device).mul_(settings.Sigma).add_(input));
            // Scores that are not numbers vote for no class.
            var classes = where(logits.isnan().any(1), -1L, logits.argmax(1));
            foreach (var vote in Tensors.ToArray<long>(classes))
            {
                if (vote >= 0)
                {
                    votes[vote]++;
                }
            }
        }
        return votes;
    }
}
