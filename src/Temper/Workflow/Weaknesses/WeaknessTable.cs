using Temper.Data;
using Temper.Errors;
using Temper.Runs;
using Temper.Threats;
using static Temper.Workflow.Weaknesses.TrainingSettings;

namespace Temper.Workflow.Weaknesses;

/// <summary>The settings that make adversarial training weak or its figures worthless, as a table; held against a recipe before the first step.</summary>
internal static class WeaknessTable
{
    private const bool Refuse = true;
    private const bool Warn = false;

    // Steps of a search below which it is hardly better than one.
    private const int FewSteps = 4;

    // The step of Wong et al. 2020 is 1.25 ε; from about here on it is learnt by heart.
    private const double LongSingleStep = 1.5;

    // Pang et al. 2021 (Bag of tricks): of use up to here, of harm from 0.3 on.
    private const double MostSmoothing = 0.2;

    // One in so many is half a point.
    private const int FewExamples = 200;

    private const double Rounding = 1e-9;

    /// <summary>Gets the rows.</summary>
    public static IReadOnlyList<WeaknessRule> Rules { get; } =
    [
        new(
            "steps-fall-short",
            Refuse,
            "training.objective.step",
            "more or longer steps: steps × step from 2 ε on, such as 10 steps of rel:0.25",
            s =>
                s.Reach < 1 - Rounding
                    ? $"{s.Method}: the steps of a search are {Say(s.Reach)} ε together, so it never sees the edge of the ball"
                    : null
        ),
        new(
            "ball-not-crossed",
            Warn,
            "training.objective.steps",
            "more or longer steps: steps × step from 2 ε on, such as 10 steps of rel:0.25",
            s =>
                s is { BeginsAnywhere: true, IsOneStep: false, Reach: >= 1 - Rounding and < 2 - Rounding }
                    ? $"{s.Method}: a search begins anywhere in the ball and goes {Say(s.Reach)} ε far, too few steps to cross it"
                    : null
        ),
        new(
            "few-steps",
            Warn,
            "training.objective.steps",
            "7 to 10 steps, or a method made for one step: n-fgsm, fast",
            s =>
                s.Steps is > 1 and < FewSteps && s.Method != "free"
                    ? $"{s.Method}: {s.Steps} steps, hardly more than one, at several times the cost of plain training"
                    : null
        ),
        new(
            "one-step-from-clean",
            Refuse,
            "training.objective",
            "begin at random: fast (start uniform) or n-fgsm (noise 2); or take 7 steps or more",
            s =>
                s is { IsOneStep: true, BeginsClean: true, Method: not ("gat" or "nuat") }
                    ? $"{s.Method}: one step from the clean input is learnt by heart, and the model falls to any other attack (catastrophic overfitting)"
                    : null
        ),
        new(
            "one-step-unaligned",
            Refuse,
            "training.objective.lambda",
            "a weight above 0: 0.2 is the paper's at 8/255",
            s =>
                s.Method == "grad-align" && s.Number("lambda") == 0
                    ? "grad-align: without its weight it is one step from the clean input, which is learnt by heart (catastrophic overfitting)"
                    : null
        ),
        new(
            "step-too-long",
            Warn,
            "training.objective.step",
            "rel:1.25 for fast, rel:1 for n-fgsm, rel:0.25 for searches of ten steps",
            s =>
                s.Method == "free" || s.SetsItsSteps ? null
                : s.IsOneStep && s.Longest > LongSingleStep
                    ? $"{s.Method}: one step of {Say(s.Longest)} ε invites catastrophic overfitting"
                : s is { IsOneStep: false, Longest: > 1 + Rounding }
                    ? $"{s.Method}: a step of {Say(s.Longest)} ε jumps across the ball, so a search sees its edge only"
                : null
        ),
        new(
            "noise-too-small",
            Warn,
            "training.objective.noise",
            "2, the paper's; it must exceed the step",
            s =>
                s.Method == "n-fgsm" && s.Number("noise") is > 0 and < 1
                    ? $"n-fgsm: noise of {Say(s.Number("noise"))} ε is shorter than the step, which lets catastrophic overfitting return"
                    : null
        ),
        new(
            "nothing-adversarial",
            Refuse,
            "training.objective",
            "a weight above 0, or the method natural where that is meant",
            s =>
                Weight(s.Method) is { } weight && s.Number(weight) == 0
                    ? $"{s.Method}: {weight} is 0, so nothing of the search trains the weights"
                    : null
        ),
        new(
            "budget-of-zero",
            Refuse,
            "threat",
            "a budget above 0, or the method natural",
            s =>
                s.Members.FirstOrDefault(m => m.Epsilon.Value == 0) is { } none
                    ? $"{none.Text}: there is nothing to withstand"
                    : null
        ),
        new(
            "budget-hopeless",
            Refuse,
            "threat",
            "a smaller budget; is it in input units, such as 8/255?",
            s =>
                s.Members.FirstOrDefault(m => m is not L0Threat && m.Epsilon.Value >= m.Diameter(s.Set.Card.Values) / 2)
                    is { } wide
                    ? $"{wide.Text}: one input, all values in the middle of the box, lies in the ball of every example, so no model can be right"
                    : null
        ),
        new(
            "budget-below-a-level",
            Warn,
            "threat",
            "a budget of at least 1/255",
            s =>
                s.Set is ImageSet
                && s.Members.FirstOrDefault(m => m is LinfThreat && m.Epsilon.Value is > 0 and < 0.999 / 255)
                    is { } tiny
                    ? $"{tiny.Text}: images of 8 bits hold no change as small"
                    : null
        ),
        new(
            "budget-unusual",
            Warn,
            "threat",
            "the usual budget, or keep this one knowing that published figures do not compare",
            // Noise has its own size, which the budget does not set.
            s =>
                s.Training.Objective.Id == "gaussian" ? null
                : s
                    .Members.Select(m => (m.Text, Usual: UsualBudgets.Other(s.Data, m)))
                    .FirstOrDefault(m => m.Usual != null)
                    is { Usual: { } usual } found
                    ? $"{found.Text} on {s.Data} is far from {usual}, under which figures are given"
                : null
        ),
        new(
            "warm-up-too-long",
            Warn,
            "training.epsilon-warmup",
            "a third of the epochs at most",
            s =>
                s.Training.EpsilonWarmup > 0.75 * s.Training.Epochs
                    ? $"the budget grows for {Say(s.Training.EpsilonWarmup)} of {s.Training.Epochs} epochs, so hardly any training is at the full one"
                    : null
        ),
        new(
            "labels-too-smooth",
            Warn,
            "training.label-smoothing",
            "0.1 to 0.2, or 0; and judge by AutoAttack, not by PGD",
            s =>
                s.Training.LabelSmoothing > MostSmoothing + Rounding
                    ? $"smoothing of {Say(s.Training.LabelSmoothing)} is more than was found to help, and flattens the loss that gradient attacks follow, so PGD finds less than there is"
                    : null
        ),
        new(
            "validation-falls-short",
            Refuse,
            "training.validate",
            "more or longer steps, such as the default, 20 steps of rel:0.125",
            s =>
                s.ValidationReach < 1 - Rounding
                    ? $"the best epoch is chosen by {s.Training.Validate.Steps} steps that are {Say(s.ValidationReach)} ε together and never see the edge of the ball"
                    : null
        ),
        new(
            "validation-weaker",
            Warn,
            "training.validate.steps",
            "at least as many steps as the training takes",
            s =>
                s.Training.Validate.Steps < s.Steps
                    ? $"the best epoch is chosen by {s.Training.Validate.Steps} steps, fewer than the {s.Steps} of the training"
                    : null
        ),
        new(
            "validation-few",
            Warn,
            "training.validate.examples",
            "1000 examples",
            s =>
                s.Training.Validate.Examples is var count and < FewExamples
                    ? $"the best epoch is chosen on {count} examples, where one is {Say(100.0 / count)} points"
                    : null
        ),
        new(
            "evaluation-weaker",
            Warn,
            "evaluation.attacks",
            "evaluation.protocol: standard, or at least pgd with more steps than the training takes",
            s =>
                s.Evaluation < s.Steps
                    ? $"no attack of the evaluation ({s.Attacks}) takes as many steps as the {s.Steps} of the training, so the model meets what it was trained on at most"
                    : null
        ),
        new(
            "evaluation-of-one-step",
            Warn,
            "evaluation.attacks",
            "evaluation.protocol: standard, or at least pgd",
            s =>
                s.Evaluation <= 1
                    ? $"no attack of the evaluation ({s.Attacks}) takes more than one step, which masked gradients withstand"
                    : null
        ),
        new(
            "unwatched",
            Warn,
            "training.guard-overfitting",
            "guard-overfitting: true, which costs nothing",
            s =>
                s.IsOneStep && !s.Training.GuardOverfitting
                    ? $"{s.Method}: training on one step without the watch for catastrophic overfitting"
                    : null
        ),
    ];

    /// <summary>Holds all rows against the settings of an adversarial training.</summary>
    /// <param name="settings">The settings.</param>
    /// <returns>What was found, what refuses first.</returns>
    /// <exception cref="ConfigException">A setting is refused, and the recipe does not insist.</exception>
    public static IReadOnlyList<ManifestWeakness> Check(TrainingSettings settings)
    {
        ManifestWeakness[] found =
        [
            .. Rules.Select(r => r.On(settings)).OfType<ManifestWeakness>().OrderBy(w => !w.Refused),
        ];
        var refused = found.Where(w => w.Refused).ToList();
        return refused.Count == 0 || settings.Training.AllowWeak
            ? found
            : throw new ConfigException(
                null,
                null,
                refused[0].Path,
                $"{string.Join("; ", refused.Select(w => $"{w.Text} ({w.Id}), expected {w.Cure}"))}. To train all the same, set training.allow-weak=true."
            );
    }

    /// <summary>The option without which a method is plain training; null where there is none.</summary>
    private static string? Weight(string method) =>
        method switch
        {
            "trades" or "hat" or "score" => "beta",
            "gat" or "nuat" => "lambda",
            "vat" => "alpha",
            _ => null,
        };
}
