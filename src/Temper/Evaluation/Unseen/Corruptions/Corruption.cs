using System.Reflection;
using Temper.Errors;
using Temper.Numerics;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>A change of images that nobody chose to fool a model: noise, blur, weather, compression.</summary>
/// <remarks>
/// Hendrycks and Dietterich 2019, Benchmarking neural network robustness to common corruptions and perturbations, with the
/// parameters of the authors' generator for images of 32 × 32 (CIFAR-10-C). Lengths in pixels grow with the shorter side above 32,
/// and stay as they are below. What happens to an example depends on it, its canonical index and the stream alone.
/// </remarks>
public abstract class Corruption
{
    /// <summary>The number of severities.</summary>
    public const int Severities = 5;

    /// <summary>The shortest side of an image that can be corrupted so.</summary>
    public const int ShortestSide = 8;

    private readonly ComponentAttribute _component;

    /// <summary>Reads id, title and source of the component.</summary>
    private protected Corruption() => _component = GetType().GetCustomAttribute<ComponentAttribute>()!;

    /// <summary>Gets the fifteen common corruptions, by id.</summary>
    public static IReadOnlyList<Corruption> All { get; } =
    [.. Catalogue.Of<Corruption>().Select(info => Catalogue.Create<Corruption>(info, null))];

    /// <summary>Gets the id, such as <c>gaussian-noise</c>.</summary>
    public string Id => _component.Id;

    /// <summary>Gets one line on what it does.</summary>
    public string Title => _component.Title;

    /// <summary>Gets where it comes from.</summary>
    public string Source => _component.Source;

    /// <summary>Corrupts images.</summary>
    /// <param name="inputs">Images, shape (N, C, H, W), float32, inside the box; borrowed.</param>
    /// <param name="examples">The N canonical indices, which key the noise.</param>
    /// <param name="box">The box of legal inputs.</param>
    /// <param name="severity">The severity, 1 to 5.</param>
    /// <param name="rng">The stream; it is forked by <see cref="Id"/>. All severities draw the same numbers.</param>
    /// <returns>A new tensor of the same shape on the same device, inside the box; the caller owns it.</returns>
    /// <exception cref="UsageException">The severity, the shape or the number of indices is impossible.</exception>
    public Tensor Apply(Tensor inputs, ReadOnlySpan<long> examples, PixelRange box, int severity, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(box);
        ArgumentNullException.ThrowIfNull(rng);
        if (severity is < 1 or > Severities)
        {
            throw new UsageException($"{Id}: found severity {severity}, expected 1 to {Severities}.");
        }
        var shape = inputs.shape;
        if (shape.Length != 4 || shape[0] != examples.Length || Math.Min(shape[2], shape[3]) < ShortestSide)
        {
            throw new UsageException(
                $"{Id}: found inputs of shape ({string.Join(", ", shape)}) and {examples.Length} indices, expected (N, C, H, W) with sides from {ShortestSide} and N indices."
            );
        }
        var own = rng.Fork(Id);
        var values = Tensors.ToArray<float>(inputs);
        var (channels, height, width) = ((int)shape[1], (int)shape[2], (int)shape[3]);
        var size = channels * height * width;
        var (low, span) = ((float)box.Low, (float)box.Width);
        var (floor, ceiling) = ((float)box.Low, (float)box.High);
        for (var row = 0; row < examples.Length; row++)
        {
            var mine = values.AsSpan(row * size, size);
            var picture = new Picture(channels, height, width);
            for (var i = 0; i < size; i++)
            {
                picture.Values[i] = (mine[i] - low) / span;
            }
            var changed = Change(picture, severity, new Draws(own, examples[row]));
            for (var i = 0; i < size; i++)
            {
                mine[i] = Math.Clamp(low + (Math.Clamp(changed.Values[i], 0, 1) * span), floor, ceiling);
            }
        }
        using var made = tensor(values, shape, dtype: ScalarType.Float32);
        return made.to(inputs.device, copy: true);
    }

    /// <summary>Changes one image of values from 0 to 1; values outside are cut off afterwards. The image may be overwritten.</summary>
    internal abstract Picture Change(Picture image, int severity, Draws draws);
}
