using System.CommandLine;
using Temper.Data;
using Temper.Errors;
using Temper.Models;
using Temper.Runs;
using Temper.Threats;
using Temper.Workflow;

namespace Temper.Cli;

/// <summary>The options of commands that attack a model.</summary>
/// <param name="defaultAttacks">The attacks when none are named.</param>
internal sealed class ModelOptions(string defaultAttacks)
{
    public Argument<string> Model { get; } =
        new("model")
        {
            Description = "A run's folder, a TorchScript file (.pt), weights (.safetensors), or an ONNX file (.onnx).",
        };

    public Option<string?> Data { get; } =
        new Option<string?>("--data")
        {
            Description =
                "The data: a name (see 'temper data list') or a recipe whose data is taken; when absent, that of the run's folder, or mnist.",
        }.Offering(() => Candidates.DataSets);

    public Option<string> Threat { get; } =
        new Option<string>("--threat")
        {
            Description =
                "The threat model: linf:0.3, linf:8/255, l2:1.5, l1:10, l0:20, or a union such as linf:0.3+l2:2; a class to aim at follows it, as in \"linf:0.3 target=3\", target=least-likely, target=random or target=all.",
            Required = true,
        }.Offering(() => ["linf:", "l2:", "l1:", "l0:"]);

    public Option<string?> Mask { get; } =
        new("--mask")
        {
            Description =
                "Which values may change, 0 to 1 of the budget each: a .safetensors file with the tensor 'mask' (C, H, W), or a .png.",
        };

    public Option<string> Attack { get; } =
        new Option<string>("--attack")
        {
            Description = "Attacks, comma-separated, in order.",
            DefaultValueFactory = _ => defaultAttacks,
        }.OfferingAttacks();

    public Option<string[]> Set { get; } = CommonOptions.Set("Set an option of an attack: attack.pgd.steps=50.");

    public Option<string?> Arch { get; } = NewArch();

    public Option<ulong> Seed { get; } =
        new("--seed") { Description = "The root seed.", DefaultValueFactory = _ => 0UL };

    public Option<int> Block { get; } =
        new("--block")
        {
            Description = "Physical block size; part of the arithmetic: another one can change verdicts on the edge.",
            DefaultValueFactory = _ => 500,
        };

    public Option<int> Threads { get; } = CommonOptions.Threads();

    public Option<string?> DataDir { get; } = CommonOptions.DataDir();

    public Option<string> Passes { get; } =
        new Option<string>("--passes")
        {
            Description =
                "Fast passes: fast, plain, or some of input-gradients, fold-batch-norm, channels-last, comma-separated.",
            DefaultValueFactory = _ => "fast",
        }.Offering(() => ["fast", "plain"]);

    /// <summary>The option of commands that open weights.</summary>
    public static Option<string?> NewArch() =>
        new Option<string?>("--arch")
        {
            Description =
                "Architecture of weights whose file does not name it: an id, a recipe, or a JSON file that lists layers.",
        }.Offering(() => Candidates.Architectures);

    public void AddTo(Command command)
    {
        command.Add(Model);
        foreach (
            Option option in (Option[])[Data, Threat, Mask, Attack, Set, Arch, Seed, Block, Threads, Passes, DataDir]
        )
        {
            command.Add(option);
        }
        Block.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is var found and (< 1 or > 100_000))
            {
                r.AddError($"--block: found {found}, expected 1 to 100000.");
            }
        });
    }

    /// <summary>The threat model under the mask, if there is one.</summary>
    public ThreatModel Masked(ParseResult parsed, ThreatModel threat, ExampleSet set) =>
        parsed.GetValue(Mask) is { } path ? threat.Under(MaskFile.Read(path, set)) : threat;

    /// <summary>The attacks asked for.</summary>
    /// <exception cref="UsageException">There are some, and a protocol names others.</exception>
    public IReadOnlyList<RequestedAttack> ResolveAttacks(
        ParseResult parsed,
        ThreatModel threat,
        IReadOnlyList<string>? protocol = null
    )
    {
        if (protocol is not null && parsed.GetResult(Attack) is { Implicit: false })
        {
            throw new UsageException("--attack and --protocol: give one of them; a protocol names its attacks itself.");
        }
        var names =
            protocol
            ?? parsed
                .GetValue(Attack)!
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        AttackConfig[] requests = [.. names.Select(name => new AttackConfig(name, name, null))];
        return RequestedAttack.Resolve(requests, ConfigReader.AttackOverrides(parsed.GetValue(Set)!), threat);
    }

    /// <summary>Loads the data, and sees that there is a model before libtorch is loaded for it.</summary>
    public ExampleSet LoadData(ParseResult parsed)
    {
        var set = EvaluationData.Load(parsed.GetValue(Data), parsed.GetValue(Model)!, parsed.GetValue(DataDir));
        ModelFile.Find(parsed.GetValue(Model)!);
        return set;
    }

    public ModelFile OpenModel(ParseResult parsed, ExampleSet set) =>
        ModelFile.Open(
            parsed.GetValue(Model)!,
            new InputShape(set.Channels, set.Height, set.Width),
            set.Classes,
            parsed.GetValue(Arch) is { } text ? ArchitectureSource.Parse(text) : null
        );
}
