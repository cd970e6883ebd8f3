using Temper.Errors;

namespace Temper.Models.Passes;

/// <summary>How a <see cref="Graphs.GraphModule"/> computes; each part has one switch, and with all off it is the plain path.</summary>
/// <remarks>Results agree with the plain path to float32 rounding, not to the bit: the settings are part of the arithmetic and stand in manifests.</remarks>
public sealed record PassSettings
{
    private static readonly string[] Parts = ["input-gradients", "fold-batch-norm", "channels-last"];

    /// <summary>Gets whether attacks take input gradients from Temper's own backward pass instead of autograd.</summary>
    public bool InputGradients { get; init; } = true;

    /// <summary>Gets whether BatchNorm is folded into the convolution before it, on a copy, where its statistics stand still.</summary>
    public bool FoldBatchNorm { get; init; } = true;

    /// <summary>Gets whether images are kept with channels last, the layout in which libtorch's convolutions need no reordering.</summary>
    public bool ChannelsLast { get; init; } = true;

    /// <summary>Gets the algorithm for the input gradient of each shape of convolution.</summary>
    public ConvTable Convolutions { get; init; } = ConvTable.Committed;

    /// <summary>Gets the settings with everything on and the committed table.</summary>
    public static PassSettings Fast { get; } = new();

    /// <summary>Gets the settings with everything off: libtorch's operators and its autograd.</summary>
    public static PassSettings Plain { get; } =
        new()
        {
            InputGradients = false,
            FoldBatchNorm = false,
            ChannelsLast = false,
        };

    /// <summary>Gets the text form: <c>fast</c>, <c>plain</c>, or the parts that are on, comma-separated.</summary>
    public string Text =>
        (InputGradients, FoldBatchNorm, ChannelsLast) switch
        {
            (true, true, true) => "fast",
            (false, false, false) => "plain",
            _ => string.Join(',', Parts.Where((_, i) => On(i))),
        };

    /// <summary>Reads the text form.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="UsageException">It names something else.</exception>
    public static PassSettings Parse(string text)
    {
        if (text is "fast" or "plain")
        {
            return text == "fast" ? Fast : Plain;
        }
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var unknown = parts.FirstOrDefault(part => !Parts.Contains(part));
        return unknown is null
            ? new()
            {
                InputGradients = parts.Contains(Parts[0]),
                FoldBatchNorm = parts.Contains(Parts[1]),
                ChannelsLast = parts.Contains(Parts[2]),
            }
            : throw new UsageException(
                $"passes: found '{Excerpt.Clean(unknown)}', expected fast, plain, or some of {string.Join(", ", Parts)}, comma-separated."
            );
    }

    private bool On(int part) =>
        part switch
        {
            0 => InputGradients,
            1 => FoldBatchNorm,
            _ => ChannelsLast,
        };
}
