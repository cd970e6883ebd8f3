using static TorchSharp.torch;

namespace Temper.Models;

/// <summary>The module a classifier computes with.</summary>
internal static class InnerModule
{
    /// <summary>Finds it under the wrappers that leave its scores as they are.</summary>
    /// <param name="model">The classifier.</param>
    /// <returns>Null where there is none, as for scores-only models.</returns>
    public static nn.Module? Of(IClassifier model) =>
        model switch
        {
            MeteredClassifier metered => Of(metered.Inner),
            ModuleClassifier wrapped => wrapped.Module,
            TorchScriptClassifier script => script.Module,
            _ => null,
        };

    /// <summary>Finds it under all wrappers: its parameters take part in the scores, which may be others than its own.</summary>
    /// <param name="model">The classifier.</param>
    /// <returns>Null where there is none, as for scores-only models.</returns>
    public static nn.Module? Behind(IClassifier model) =>
        model switch
        {
            MeteredClassifier metered => Behind(metered.Inner),
            ScaledClassifier scaled => Behind(scaled.Inner),
            ReadoutClassifier readout => Behind(readout.Inner),
            _ => Of(model),
        };
}
