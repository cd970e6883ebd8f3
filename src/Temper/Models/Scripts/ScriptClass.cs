namespace Temper.Models.Scripts;

/// <summary>A class that a script's code defines.</summary>
/// <param name="Name">Its qualified name, such as <c>__torch__.zoo.Norm</c>.</param>
internal sealed record ScriptClass(string Name)
{
    /// <summary>Gets what it declares: attributes with the qualified name of their class, or null for values; methods with null.</summary>
    public Dictionary<string, string?> Members { get; } = new(StringComparer.Ordinal);
}
