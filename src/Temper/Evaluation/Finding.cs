namespace Temper.Evaluation;

/// <summary>A typed doubt about the evidence.</summary>
/// <param name="Id">The finding's id, such as <c>TMP111</c>.</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Message">What was seen, in one or two sentences.</param>
/// <param name="WhatToDo">What would settle the doubt.</param>
public sealed record Finding(string Id, Severity Severity, string Message, string WhatToDo)
{
    /// <summary>Gets the figures behind it, by name, in camelCase; shares are from 0 to 1.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } =
        new SortedDictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Gets beyond what it is raised, in words; null where nothing is measured.</summary>
    public string? Threshold { get; init; }

    /// <summary>Gets where the threshold comes from; null where there is none.</summary>
    public string? Source { get; init; }

    /// <summary>Gets the page that explains it, relative to the documentation.</summary>
    public string Page => $"docs/findings/{Id}.md";
}
