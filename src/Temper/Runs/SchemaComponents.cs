namespace Temper.Runs;

/// <summary>The components that recipes can name, for the schema.</summary>
/// <param name="Models">Of <c>model</c>.</param>
/// <param name="Objectives">Of <c>training.objective</c>.</param>
/// <param name="Optimizers">Of <c>training.optimizer</c>.</param>
/// <param name="Attacks">Of <c>evaluation.attacks</c>.</param>
public sealed record SchemaComponents(
    IReadOnlyList<ComponentInfo> Models,
    IReadOnlyList<ComponentInfo> Objectives,
    IReadOnlyList<ComponentInfo> Optimizers,
    IReadOnlyList<ComponentInfo> Attacks
)
{
    /// <summary>The components that the value of a key can be.</summary>
    internal IReadOnlyList<ComponentInfo> Of(string key) =>
        key switch
        {
            "model" => Models,
            "objective" => Objectives,
            "optimizer" => Optimizers,
            _ => throw new ArgumentOutOfRangeException(nameof(key), key, "no component stands there"),
        };
}
