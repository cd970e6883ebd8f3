using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Temper.Errors;
using Temper.Runs;
using Temper.Threats;

namespace Temper.Tests.Runs;

public sealed class OptionsBinderTests
{
    internal enum Beginning
    {
        Clean,
        NearUniform,
    }

    internal abstract record Shared
    {
        [Description("restarts")]
        [Range(1, 10)]
        public int Restarts { get; init; } = 1;
    }

    internal sealed record Options : Shared
    {
        [Description("gradient steps")]
        [Range(1, 100_000)]
        public int Steps { get; init; } = 40;

        [Description("length of a step")]
        public StepSize Step { get; init; } = StepSize.Parse("rel:0.1");

        [Description("where it begins")]
        public Beginning Start { get; init; } = Beginning.NearUniform;

        [Range(0d, 1d, MaximumIsExclusive = true)]
        public double WeightDecay { get; init; } = 1e-5;

        public long Many { get; init; }

        public bool Keep { get; init; } = true;

        public string Label { get; init; } = "";

        public Epsilon? Budget { get; init; }

        public int? Limit { get; init; }

        public string? Note { get; init; }

        public string Doubled => Label + Label;
    }

    private static ConfigNode Node(string yaml) => YamlTree.Read(yaml, "a.yaml", "attack.pgd");

    [Fact]
    public void Binds_every_type_and_keeps_defaults()
    {
        var bound = OptionsBinder.Bind<Options>(
            Node(
                "steps: 7\nstep: 2/255\nstart: clean\nweight-decay: .5\nmany: -9000000000\nkeep: false\nlabel: \"7\"\n"
                    + "budget: 8/255\nlimit: 3\nnote: some text\nrestarts: 10"
            )
        );
        var expected = new Options
        {
            Steps = 7,
            Step = StepSize.Parse("2/255"),
            Start = Beginning.Clean,
            WeightDecay = 0.5,
            Many = -9_000_000_000,
            Keep = false,
            Label = "7",
            Budget = Epsilon.Of255(8),
            Limit = 3,
            Note = "some text",
            Restarts = 10,
        };
        Assert.Equal(expected, bound);
        Assert.Equal(new Options(), OptionsBinder.Bind<Options>(Node("{}")));
        Assert.Equal(new Options(), OptionsBinder.Bind<Options>(Node("{limit: null, note: ~, budget: }")));
    }

    [Theory]
    [InlineData("steps: 0", "attack.pgd.steps: found 0, expected a whole number from 1 to 100000")]
    [InlineData("steps: 100001", "found 100001, expected a whole number from 1 to 100000")]
    [InlineData("steps: 1.5", "found 1.5, expected a whole number from 1 to 100000")]
    [InlineData("steps: 010", "found 010, expected a whole number")]
    [InlineData("steps: 0x10", "found '0x10', expected a whole number")]
    [InlineData("steps: 99999999999999999999", "found 99999999999999999999, expected a whole number from 1 to 100000")]
    [InlineData("steps: \"7\"", "found the text '7', expected a whole number")]
    [InlineData("steps:", "found nothing, expected a whole number")]
    [InlineData("steps: [7]", "found a list, expected a whole number")]
    [InlineData("steps: {a: 7}", "found a mapping, expected a whole number")]
    [InlineData("limit: 3000000000", "expected a whole number from -2147483648 to 2147483647")]
    [InlineData("weight-decay: 1", "found 1, expected a number from 0 to below 1")]
    [InlineData("weight-decay: .nan", "found '.nan', expected a number from 0 to below 1")]
    [InlineData("weight-decay: 1e999", "expected a number from 0 to below 1")]
    [InlineData("keep: yes", "found 'yes', expected true or false")]
    [InlineData("keep: \"true\"", "found 'true', expected true or false")]
    [InlineData("start: clena", "found 'clena', expected clean or near-uniform; did you mean 'clean'?")]
    [InlineData("start: 1", "found 1, expected clean or near-uniform")]
    [InlineData("step: rel:0", "attack.pgd.step: found 'rel:0', expected a step above 0")]
    [InlineData("budget: -1", "attack.pgd.budget: found -1, expected a budget from 0")]
    [InlineData("label: ''", "attack.pgd.label: found an empty text, expected text")]
    [InlineData("stepz: 3", "attack.pgd: unknown key 'stepz'; did you mean 'steps'? valid: steps, step, start")]
    [InlineData("doubled: a", "unknown key 'doubled'")]
    [InlineData("Steps: 3", "unknown key 'Steps'; did you mean 'steps'?")]
    [InlineData("[1, 2]", "attack.pgd: found a list, expected a mapping")]
    public void Says_what_was_found_and_expected(string yaml, string message)
    {
        var error = Assert.Throws<ConfigException>(() => OptionsBinder.Bind<Options>(Node(yaml)));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(("a.yaml", 1), (error.File, error.Line));
    }

    [Fact]
    public void One_option_is_changed_on_a_copy()
    {
        var before = new Options { Label = "kept", Limit = 4 };
        var after = OptionsBinder.With(before, "steps", "100", "attack.pgd");
        Assert.Equal(before with { Steps = 100 }, after);
        Assert.Equal(40, before.Steps);
        var range = Assert.Throws<ConfigException>(() => OptionsBinder.With(before, "steps", "0", "attack.pgd"));
        Assert.Equal("attack.pgd.steps: found 0, expected a whole number from 1 to 100000", range.Message);
        var unknown = Assert.Throws<ConfigException>(() => OptionsBinder.With(before, "stpes", "1", "attack.pgd"));
        Assert.StartsWith(
            "attack.pgd: unknown key 'stpes'; did you mean 'steps'?",
            unknown.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Describes_options_for_people()
    {
        var options = OptionsBinder.Describe(typeof(Options));
        Assert.Equal(
            ["steps", "step", "start", "weight-decay", "many", "keep", "label", "budget", "limit", "note", "restarts"],
            options.Select(option => option.Key)
        );
        Assert.Equal(new OptionInfo("steps", "whole number", "40", "from 1 to 100000", "gradient steps"), options[0]);
        Assert.Equal(new OptionInfo("step", "step", "rel:0.1", "", "length of a step"), options[1]);
        Assert.Equal(
            new OptionInfo("start", "clean | near-uniform", "near-uniform", "", "where it begins"),
            options[2]
        );
        Assert.Equal(new OptionInfo("budget", "budget", "", "", ""), options[7]);
    }

    [Fact]
    public void Resolved_values_go_to_json_and_come_back()
    {
        var options = new Options
        {
            Label = "7",
            Note = "true",
            Step = StepSize.Parse("0.010"),
        };
        var json = OptionsBinder.ToNode(options);
        Assert.Equal(
            """{"steps":40,"step":"0.010","start":"near-uniform","weight-decay":1E-05,"many":0,"keep":true,"label":"7","budget":null,"limit":null,"note":"true","restarts":1}""",
            json.ToJsonString()
        );
        var back = OptionsBinder.Bind<Options>(ConfigJson.Read(json, "manifest.json"));
        Assert.Equal(options, back);
        Assert.Equal("0.010", back.Step.ToString());
    }
}
