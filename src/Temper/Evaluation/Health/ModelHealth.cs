namespace Temper.Evaluation.Health;

/// <summary>
/// How a model behaves where attacks ask it: measured figures, without a verdict. What is null was not measured or means nothing for
/// the model; <see cref="Notes"/> say why.
/// </summary>
/// <remarks>
/// Attacks that follow gradients prove nothing about a model whose gradients are missing, zero or random, or whose answers depend on
/// more than the input. Carlini et al. 2019, On evaluating adversarial robustness; Croce and Hein 2020, Reliable evaluation
/// (the checks of AutoAttack); Pintor et al. 2022, Indicators of attack failure.
/// </remarks>
public sealed record ModelHealth
{
    /// <summary>The schema version this library writes and reads.</summary>
    public const int CurrentSchema = 1;

    /// <summary>Gets the schema version of the file.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Gets the number of examples measured on.</summary>
    public required int N { get; init; }

    /// <summary>Gets how many of them are classified correctly and can be attacked: those that most figures are about.</summary>
    public required int Correct { get; init; }

    /// <summary>Gets the forward passes it took, in examples.</summary>
    public required long Forwards { get; init; }

    /// <summary>Gets the gradient passes it took, in examples.</summary>
    public required long Gradients { get; init; }

    /// <summary>Gets what was left out, and why: one sentence each; empty for nothing.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Gets whether a gradient reaches the input at all; null for a model that shows scores or labels only, and says so.</summary>
    /// <remarks>Pintor et al. 2022, indicator 1 (unavailable gradients). False also for a model whose gradient cannot be computed.</remarks>
    public bool? GradientReachesInput { get; init; }

    /// <summary>Gets how many input gradients are zero or not finite, for each loss and point.</summary>
    public IReadOnlyList<GradientHealth>? InputGradients { get; init; }

    /// <summary>Gets how well gradients foretell the scores nearby.</summary>
    public AgreementHealth? Agreement { get; init; }

    /// <summary>Gets how much the answers change nearby.</summary>
    public StabilityHealth? Stability { get; init; }

    /// <summary>Gets how much the answers change between equal questions.</summary>
    public RandomnessHealth? Randomness { get; init; }

    /// <summary>Gets what kind of scores the model answers with.</summary>
    public OutputHealth? Outputs { get; init; }

    /// <summary>Gets how much an answer depends on the other examples of its batch.</summary>
    public BatchHealth? Batch { get; init; }

    /// <summary>Gets how much the answers depend on whether gradients are asked for.</summary>
    public GradientModeHealth? GradientMode { get; init; }

    /// <summary>Gets how much the success of an attack depends on the scale of the scores.</summary>
    public ScaleHealth? Scale { get; init; }

    /// <summary>Gets whether a search still gains at its end.</summary>
    public ConvergenceHealth? Convergence { get; init; }

    /// <summary>Gets how often the scores do not change at all when the input does.</summary>
    public FlatnessHealth? Flatness { get; init; }

    /// <summary>Gets whether a search finds points that were planted; null where that was not asked for.</summary>
    public BinarisationHealth? Binarisation { get; init; }
}
