namespace Temper.Runs;

/// <summary>What a training method, or a setting that composes with any, minimises or changes, and when it is worth its cost.</summary>
/// <remarks>Printed by <c>temper methods show</c> and in docs/methods.md. Plain text; the notation is that of the page.</remarks>
/// <param name="formula">The loss for one example, or what the setting does, as a formula.</param>
/// <param name="when">When to use it, a sentence or two.</param>
/// <param name="whenNot">When not to, likewise.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, Inherited = false)]
public sealed class GuidanceAttribute(string formula, string when, string whenNot) : Attribute
{
    /// <summary>Gets the loss for one example, or what the setting does, as a formula.</summary>
    public string Formula { get; } = formula;

    /// <summary>Gets when to use it.</summary>
    public string When { get; } = when;

    /// <summary>Gets when not to use it.</summary>
    public string WhenNot { get; } = whenNot;

    /// <summary>Gets or sets what a setting costs beside the method; null for nothing.</summary>
    /// <remarks>Methods count theirs themselves.</remarks>
    public string? Cost { get; set; }

    /// <summary>Gets or sets where a setting comes from; null where it is nobody's.</summary>
    /// <remarks>Methods have theirs in <see cref="ComponentAttribute"/>.</remarks>
    public string? Source { get; set; }
}
