using System.Globalization;
using System.Text.Json.Nodes;
using Temper.Data;
using Temper.Models;
using Temper.Runs;
using Temper.Threats;

namespace Temper.Workflow.Weaknesses;

/// <summary>What the table of weak settings looks at.</summary>
/// <param name="config">The recipe.</param>
/// <param name="threat">The threat model.</param>
/// <param name="options">The options of the training method, all of them.</param>
/// <param name="attacks">The attacks of the evaluation.</param>
/// <param name="set">The training examples.</param>
internal sealed class TrainingSettings(
    RunConfig config,
    ThreatModel threat,
    JsonObject options,
    IReadOnlyList<RequestedAttack> attacks,
    ExampleSet set
)
{
    // Methods whose search begins anywhere in the ball and has no option that says so.
    private static readonly HashSet<string> Uniform = new(StringComparer.Ordinal)
    {
        "alp",
        "avg",
        "e-at",
        "fat",
        "max",
        "score",
    };

    /// <summary>Gets the training.</summary>
    public TrainingConfig Training => config.Training;

    /// <summary>Gets the training examples.</summary>
    public ExampleSet Set => set;

    /// <summary>Gets the data set's name.</summary>
    public string Data => config.Data.Name;

    /// <summary>Gets the norms' threats.</summary>
    public IReadOnlyList<ThreatModel> Members => threat is UnionThreat union ? union.Members : [threat];

    /// <summary>Gets the method's id.</summary>
    public string Method => config.Training.Objective.Id;

    /// <summary>Gets whether the search is APGD's, which sets its own steps.</summary>
    public bool SetsItsSteps => Text("inner") == "apgd";

    /// <summary>Gets the gradient steps of a search; null where the method does not search by steps.</summary>
    public int? Steps =>
        options["steps"] is { } steps ? (int)steps
        : options["replays"] is { } replays ? (int)replays
        : options["step"] is not null ? 1
        : null;

    /// <summary>Gets whether a search is one step.</summary>
    public bool IsOneStep => Steps == 1;

    /// <summary>Gets whether a search begins at the clean input itself.</summary>
    public bool BeginsClean =>
        Text("start") == "clean" || Method is "msd" || (Number("noise") == 0 && options["step"] is not null);

    /// <summary>Gets whether a search begins anywhere in the ball.</summary>
    public bool BeginsAnywhere => Text("start") == "uniform" || Uniform.Contains(Method);

    /// <summary>Gets the shortest step in units of ε; null where the method has none, or sets its own.</summary>
    public double? Shortest => Lengths?.Min();

    /// <summary>Gets the longest step in units of ε.</summary>
    public double? Longest => Lengths?.Max();

    /// <summary>Gets how far the steps of a search go together, in units of ε.</summary>
    public double? Reach => Steps * Shortest;

    /// <summary>Gets how far the steps of the validation go together, in units of ε.</summary>
    public double ValidationReach =>
        Training.Validate.Steps * Members.Min(m => Training.Validate.Step.For(m.Epsilon) / m.Epsilon.Value);

    /// <summary>Gets the passes that the strongest attack of the evaluation spends on an example: gradients, or answers where it follows none.</summary>
    public double Evaluation =>
        attacks.Max(a =>
            a.Attack.Ceiling(set.Classes) is not { } ceiling ? double.PositiveInfinity
            : a.Attack.Needs == Access.Gradients ? ceiling.Gradients
            : ceiling.Forwards
        );

    /// <summary>Gets the names of the attacks of the evaluation.</summary>
    public string Attacks => string.Join(", ", attacks.Select(a => a.Name));

    private IEnumerable<double>? Lengths =>
        SetsItsSteps || Text("step") is not { } step
            ? null
            : Members.Select(m => StepSize.Parse(step).For(m.Epsilon) / m.Epsilon.Value);

    /// <summary>An option that is a number; null where the method has none of that name.</summary>
    public double? Number(string option) => options[option] is { } value ? (double)value : null;

    /// <summary>An option as text.</summary>
    public string? Text(string option) =>
        options[option] is { } value && value.GetValueKind() == System.Text.Json.JsonValueKind.String
            ? (string?)value
            : options[option]?.ToJsonString();

    /// <summary>A number as a reader writes it.</summary>
    public static string Say(double? value) => value?.ToString("0.###", CultureInfo.InvariantCulture) ?? "";
}
