using static TorchSharp.torch;

namespace Temper.Models;

/// <summary>The module a classifier computes with.</summary>
internal static class InnerModule
{
    /// <summary>Finds it under the wrappers.</summary>
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
}
