using System.Text;
using System.Text.Json.Nodes;
using Temper.Errors;

namespace Temper.Runs;

/// <summary>Reads recipes: plain YAML into strict records. What is not known or does not fit is an error with its place.</summary>
public static class ConfigReader
{
    /// <summary>Reads a recipe file.</summary>
    /// <param name="path">The file: UTF-8, at most 1 MB.</param>
    /// <returns>The recipe, defaults filled in.</returns>
    /// <exception cref="ConfigException">The file cannot be read, or the recipe is wrong.</exception>
    public static RunConfig Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Read(Load(path), path);
    }

    /// <summary>Reads the text of a recipe.</summary>
    /// <param name="text">The YAML text, at most 1 MB.</param>
    /// <param name="nameForErrors">What errors call the file.</param>
    /// <returns>The recipe, defaults filled in.</returns>
    /// <exception cref="ConfigException">The recipe is wrong; the message names file, line and path.</exception>
    public static RunConfig Read(string text, string nameForErrors)
    {
        ArgumentNullException.ThrowIfNull(text);
        return FromNode(YamlTree.Read(text, nameForErrors));
    }

    /// <summary>Changes values of a recipe as <c>--set key=value</c> asks, and sets changes to attacks apart.</summary>
    /// <param name="config">The recipe; it stays as it is.</param>
    /// <param name="sets">
    /// Texts such as <c>training.epochs=3</c> or <c>attack.pgd.steps=100</c>. Setting the <c>id</c> of a component to
    /// another one drops the options that the recipe gives the old one; lists are written <c>[a, b]</c>.
    /// </param>
    /// <param name="attacks">The changes to attacks, in order; whoever runs the attacks applies them.</param>
    /// <returns>The changed recipe, checked as a whole.</returns>
    /// <exception cref="ConfigException">A key is unknown, or a value does not fit.</exception>
    public static RunConfig Apply(RunConfig config, IEnumerable<string> sets, out IReadOnlyList<AttackOverride> attacks)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(sets);
        var settings = sets.Select(Setting.Parse).ToList();
        attacks = [.. settings.Where(setting => setting.IsAttack).Select(setting => setting.ToOverride())];
        var changes = settings.Where(setting => !setting.IsAttack).ToList();
        // Ids first: an option given together with a new id is an option of the new component.
        var ordered = changes.Where(change => change.IsId).Concat(changes.Where(change => !change.IsId));
        return FromNode(ordered.Aggregate(RecordBinder.Write(config), (root, change) => change.ApplyTo(root)));
    }

    /// <summary>Reads <c>--set attack.ID.option=value</c> where there is no recipe; anything else is an error.</summary>
    /// <param name="sets">The texts.</param>
    /// <returns>The changes, in order.</returns>
    /// <exception cref="ConfigException">A text is of another form.</exception>
    public static IReadOnlyList<AttackOverride> AttackOverrides(IEnumerable<string> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        return [.. sets.Select(set => Setting.Parse(set).ToOverride())];
    }

    /// <summary>The canonical form of a recipe for manifests: every key with its resolved value.</summary>
    /// <param name="config">The recipe.</param>
    /// <returns>The same shape and keys as the YAML form; options of components as written.</returns>
    public static JsonObject ToJson(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return ConfigJson.Write(RecordBinder.Write(config))!.AsObject();
    }

    /// <summary>Reads the canonical form back, as strictly as a recipe.</summary>
    /// <param name="json">What <see cref="ToJson"/> gave.</param>
    /// <param name="nameForErrors">What errors call the file.</param>
    /// <returns>The recipe.</returns>
    /// <exception cref="ConfigException">The object is not a recipe.</exception>
    public static RunConfig FromJson(JsonObject json, string nameForErrors = "manifest.json")
    {
        ArgumentNullException.ThrowIfNull(json);
        return FromNode(ConfigJson.Read(json, nameForErrors));
    }

    /// <summary>Binds a tree and checks what concerns several keys at once.</summary>
    internal static RunConfig FromNode(ConfigNode root)
    {
        var config = (RunConfig)RecordBinder.Read(typeof(RunConfig), root);
        CheckSchedule(config.Training.Schedule, Find(root, "training", "schedule"), "learning rates");
        CheckWrappers(config, root);
        if (config.Training.EpsilonWarmup > config.Training.Epochs)
        {
            throw Find(root, "training", "epsilon-warmup")
                .Unexpected($"at most the {config.Training.Epochs} epochs of training, or ε is never reached");
        }
        if (config.Training.Validate.Examples > config.Data.Validation)
        {
            var node = Find(root, "training", "validate", "examples");
            throw node.Error(
                $"found {config.Training.Validate.Examples}, expected at most the {config.Data.Validation} examples of"
                    + " data.validation"
            );
        }
        CheckAttacks(config.Evaluation.Attacks, Find(root, "evaluation", "attacks"));
        CheckCurve(config.Evaluation, root);
        return config;
    }

    private static void CheckWrappers(RunConfig config, ConfigNode root)
    {
        var (training, augment) = (config.Training, config.Data.Augment);
        var steps = Find(root, "training", "step-schedule");
        CheckSchedule(training.StepSchedule, steps, "factors");
        if (training.StepSchedule.Any(point => point.LearningRate == 0))
        {
            throw steps.Error(
                "found a factor of 0, expected factors above 0, for a search without steps finds nothing"
            );
        }
        if (training is { Ema: > 0, Swa: > 0 })
        {
            throw Find(root, "training", "swa").Unexpected("0 beside training.ema: one average of the weights is kept");
        }
        if (training.Awp.Gamma > 0 && training.Awp.Warmup >= training.Epochs)
        {
            throw Find(root, "training", "awp", "warmup")
                .Unexpected($"less than the {training.Epochs} epochs of training, or no weight is ever perturbed");
        }
        if (augment is { Mixup: > 0, Cutmix: > 0 })
        {
            throw Find(root, "data", "augment", "cutmix")
                .Unexpected("0 beside data.augment.mixup: images are mixed one way");
        }
        if (config.Data.Extra is { Name: null, Path: not null })
        {
            throw Find(root, "data", "extra", "path").Unexpected("a path beside data.extra.name alone, such as images");
        }
    }

    private static void CheckSchedule(IReadOnlyList<SchedulePoint> points, ConfigNode node, string values)
    {
        var rises = Enumerable
            .Range(1, Math.Max(0, points.Count - 1))
            .All(i => points[i - 1].Fraction <= points[i].Fraction);
        if (points.Count < 2 || points[0].Fraction != 0 || points[^1].Fraction != 1 || !rises)
        {
            var found = string.Join(", ", points.Take(8).Select(point => $"{point.Fraction:R}"));
            throw node.Error(
                $"found the fractions [{found}], expected at least two that begin with 0, never fall and end with 1"
            );
        }
        if (points.All(point => point.LearningRate == 0))
        {
            throw node.Error($"found {values} that are all 0, expected one above 0");
        }
    }

    private static void CheckAttacks(IReadOnlyList<AttackConfig> attacks, ConfigNode node)
    {
        if (attacks.Count == 0)
        {
            throw node.Error("found an empty list, expected at least one attack");
        }
        HashSet<string> names = new(StringComparer.Ordinal);
        for (var i = 0; i < attacks.Count; i++)
        {
            if (!names.Add(attacks[i].Name))
            {
                var at = node.Items.Count > i ? node.Items[i] : node;
                throw at.Error(
                    $"found the name '{attacks[i].Name}' twice, expected a name of its own: {{ id: …, name: … }}"
                );
            }
        }
    }

    private static void CheckCurve(EvaluationConfig evaluation, ConfigNode root)
    {
        var curve = evaluation.Curve;
        if (curve.Budgets % 2 == 0)
        {
            throw Find(root, "evaluation", "curve", "budgets")
                .Unexpected("an odd number, so that ε itself is among the budgets");
        }
        string[] names = [.. evaluation.Attacks.Select(a => a.Name)];
        if (curve.Among(names) is null)
        {
            throw Find(root, "evaluation", "curve", "attack")
                .Unexpected($"'{CurveConfig.LastAttack}' or one of evaluation.attacks ({string.Join(", ", names)})");
        }
    }

    // The node that an error is about; where it was not written, the nearest one above, with the path of what is meant.
    private static ConfigNode Find(ConfigNode root, params IReadOnlyList<string> keys)
    {
        var node = root;
        foreach (var key in keys)
        {
            node = node.Find(key) ?? ConfigNode.Scalar("", false, node.File, node.Line, node.PathOf(key));
        }
        return node;
    }

    private static string Load(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[YamlTree.LargestText + 1];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (count > YamlTree.LargestText)
            {
                throw new ConfigException(path, null, null, "found more than 1 MB, expected a recipe of at most 1 MB");
            }
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, count);
            return text is ['\uFEFF', ..] ? text[1..] : text;
        }
        catch (DecoderFallbackException exception)
        {
            throw new ConfigException(
                path,
                null,
                null,
                "found bytes that are not UTF-8, expected a text file",
                exception
            );
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ConfigException(path, null, null, $"cannot be read: {exception.Message}", exception);
        }
    }
}
