namespace Temper.Bench;

/// <summary>One row beside that of an earlier file.</summary>
/// <param name="Network">The network.</param>
/// <param name="Method">The method.</param>
/// <param name="Batch">The batch size.</param>
/// <param name="Steps">The gradient steps.</param>
/// <param name="Now">The ratio bare / Temper.</param>
/// <param name="Fell">Whether it is more than a tenth lower than before.</param>
/// <param name="Before">The earlier ratio; absent where the earlier file has no such row.</param>
internal sealed record ComparedRow(
    string Network,
    string Method,
    int Batch,
    int Steps,
    double Now,
    bool Fell,
    double? Before = null
);
