using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using Temper.Attacks;
using Temper.Errors;
using Temper.Losses;
using Temper.Models;
using Temper.Runs;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Workflow;

/// <summary>Crafts on another model, the surrogate, and submits the points: what breaks one network often breaks another.</summary>
/// <remarks>
/// Papernot et al. 2016; the points are the last iterates of projected gradient descent on the surrogate (Madry et al. 2018), which
/// go on after the surrogate is wrong. Cost per example and restart: one forward of the model; <see
/// cref="AttackResult.Surrogate"/> counts the passes through the surrogate.
/// </remarks>
[Component(
    "transfer",
    "Points crafted on a surrogate; needs labels only",
    "Papernot et al. 2016, Transferability in machine learning"
)]
public sealed class Transfer(Transfer.Options options) : Attack(options)
{
    /// <summary>What stands between the paths of several surrogates.</summary>
    public const char Separator = '|';

    /// <summary>Surrogates stay open: an evaluation runs an attack block by block, and a file is opened for all of them.</summary>
    private static readonly ConcurrentDictionary<(string Path, DateTime Written, InputShape, int), ModelFile> Opened =
        new();

    /// <summary>Options of the attack.</summary>
    public sealed record Options : AttackOptions
    {
        /// <summary>Gets the path of the surrogate.</summary>
        [System.ComponentModel.Description(
            "the surrogate: a run's folder or a file of a model with gradients, for inputs of the same shape; several, tried in turn, with | between them"
        )]
        public string Model { get; init; } = "";

        /// <summary>Gets the number of gradient steps on the surrogate.</summary>
        [System.ComponentModel.Description("gradient steps on the surrogate")]
        [Range(1, 100_000)]
        public int Steps { get; init; } = 40;

        /// <summary>Gets the length of a step, absolute or relative to ε.</summary>
        [System.ComponentModel.Description("length of a step, absolute (0.01, 2/255) or relative to ε (rel:0.1)")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.1");

        /// <summary>Gets the loss.</summary>
        [System.ComponentModel.Description("loss to ascend on the surrogate")]
        public LossKind Loss { get; init; } = LossKind.Ce;
    }

    /// <inheritdoc/>
    public override Access Needs => Access.Labels;

    /// <inheritdoc/>
    /// <remarks>One surrogate after the other; where a class is aimed at, the first alone.</remarks>
    public override int Rounds(int classes) => Restarts * options.Model.Split(Separator).Length;

    /// <inheritdoc/>
    public override PassCeiling? Ceiling(int classes) => new(1, 0);

    /// <summary>The most passes through the surrogate for an example in one round.</summary>
    internal PassCeiling Crafting(int classes) => Search.Ceiling(classes)!.Value;

    private Pgd Search =>
        new(
            new()
            {
                Steps = options.Steps,
                Step = options.Step,
                Loss = options.Loss,
            }
        );

    /// <inheritdoc/>
    protected override bool CanAim => true;

    /// <inheritdoc/>
    protected override AttackLoss Loss => Margin.Instance;

    /// <inheritdoc/>
    protected override Tensor Core(AttackContext context)
    {
        var paths = options.Model.Split(Separator);
        var surrogate = Open(context.Model, paths[Math.Min(context.Round / Restarts, paths.Length - 1)]);
        return context.CraftOn(surrogate.Classifier, Search);
    }

    private ModelFile Open(MeteredClassifier target, string model)
    {
        if (model.Length == 0)
        {
            throw new ConfigException(
                null,
                null,
                "attack.transfer.model",
                "no surrogate is named, expected the path of a model with gradients."
            );
        }
        var path = Path.GetFullPath(ModelFile.Find(model));
        var key = (path, File.GetLastWriteTimeUtc(path), target.Input, target.Classes);
        if (Opened.TryGetValue(key, out var opened))
        {
            return opened;
        }
        try
        {
            opened = ModelFile.Open(model, target.Input, target.Classes);
        }
        catch (TemperException e)
        {
            throw new ModelException($"{Id}: the surrogate does not fit the model. {e.Message}", e);
        }
        if (opened.Classifier.Access == Access.Gradients && opened.Classifier.Range == target.Range)
        {
            return Opened.GetOrAdd(key, opened);
        }
        using (opened)
        {
            var found =
                opened.Classifier.Access == Access.Gradients
                    ? $"takes inputs in {opened.Classifier.Range}, the model in {target.Range}"
                    : "has no gradients to follow, as it shows scores only";
            throw new ModelException($"{Id}: the surrogate {model} {found}.");
        }
    }
}
