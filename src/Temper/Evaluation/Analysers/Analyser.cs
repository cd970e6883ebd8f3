using System.Reflection;
using Temper.Runs;

namespace Temper.Evaluation.Analysers;

/// <summary>Looks at the evidence of an evaluation for one kind of doubt.</summary>
/// <remarks>
/// A comparison of two attacks on the same examples is a paired exact test: it is handed on with its p-value, found or not,
/// so that all tests of a run can be held to one level of error together.
/// </remarks>
internal abstract class Analyser
{
    /// <summary>Gets the id of its findings, which is that of the component.</summary>
    public string Id => GetType().GetCustomAttribute<ComponentAttribute>()!.Id;

    /// <summary>Looks at the evidence.</summary>
    /// <param name="evidence">The evidence.</param>
    public abstract IEnumerable<Suspicion> Look(Evidence evidence);

    /// <summary>A finding of this analyser that no chance is part of.</summary>
    protected Suspicion Certain(Severity severity, string message, string whatToDo) =>
        new(new Finding(Id, severity, message, whatToDo), null);

    /// <summary>A finding of this analyser that rests on figures, without chance or with the p-value given.</summary>
    protected Suspicion Measured(
        Severity severity,
        string message,
        string whatToDo,
        (string Words, string Source) threshold,
        IEnumerable<(string Name, double Value)> figures,
        double? p = null
    ) =>
        new(
            new Finding(Id, severity, message, whatToDo)
            {
                Threshold = threshold.Words,
                Source = threshold.Source,
                Figures = new SortedDictionary<string, double>(
                    figures.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal),
                    StringComparer.Ordinal
                ),
            },
            p
        );
}
