using Temper.Errors;
using Temper.Runs;

namespace Temper.Tests.Runs;

public sealed class SettingTests
{
    private static RunConfig Full => ConfigReader.Read(Texts.Full, "full.yaml");

    [Fact]
    public void Values_are_set_by_dotted_keys()
    {
        var config = ConfigReader.Apply(
            Full,
            [
                "training.epochs=4",
                "training.objective.steps=7",
                "training.objective.restarts = 2",
                "seed=2",
                "threat=l2:1.5",
                "training.schedule=[[0, 0.1], [1, 0]]",
                "evaluation.attacks=[fgsm, { id: pgd, name: long, steps: 9 }]",
                "training.epochs=5",
            ],
            out var attacks
        );
        Assert.Empty(attacks);
        Assert.Equal((5, 2ul, "l2:1.5"), (config.Training.Epochs, config.Seed, config.Threat));
        Assert.Equal("7", config.Training.Objective.Options.Find("steps")?.Value);
        Assert.Equal("2", config.Training.Objective.Options.Find("restarts")?.Value);
        Assert.Equal("rel:0.25", config.Training.Objective.Options.Find("step")?.Value);
        Assert.Equal([new(0, 0.1), new(1, 0)], config.Training.Schedule);
        Assert.Equal(["fgsm", "long"], config.Evaluation.Attacks.Select(attack => attack.Name));
    }

    [Fact]
    public void Nothing_set_changes_nothing() =>
        Assert.Equal(Texts.Json(Full), Texts.Json(ConfigReader.Apply(Full, [], out _)));

    [Fact]
    public void Another_component_does_not_inherit_options()
    {
        var other = ConfigReader.Apply(Full, ["training.objective.step=rel:1", "training.objective.id=fast"], out _);
        Assert.Equal("""{"step":"rel:1"}""", other.Training.Objective.Options.ToString());
        var same = ConfigReader.Apply(Full, ["training.objective.id=pgd"], out _);
        Assert.Equal("""{"steps":10,"step":"rel:0.25"}""", same.Training.Objective.Options.ToString());
    }

    [Fact]
    public void Changes_to_attacks_come_back_apart()
    {
        string[] sets = ["attack.pgd.steps=100", "seed=4", "attack.pgd-margin.step=rel:0.1"];
        var config = ConfigReader.Apply(Full, sets, out var attacks);
        AttackOverride[] expected = [new("pgd", "steps", "100"), new("pgd-margin", "step", "rel:0.1")];
        Assert.Equal(4ul, config.Seed);
        Assert.Equal(expected, attacks);
        Assert.Equal(expected, ConfigReader.AttackOverrides([sets[0], sets[2]]));
        Assert.Throws<ConfigException>(() => ConfigReader.AttackOverrides(sets));
    }

    [Theory]
    [InlineData("training.epochz=3", "training: unknown key 'epochz'; did you mean 'epochs'?")]
    [InlineData("trainin.epochs=3", "trainin.epochs: unknown key 'trainin'; did you mean 'training'? valid: name,")]
    [InlineData("atack.pgd.steps=3", "did you mean 'attack'?")]
    [InlineData("epochs=3", "epochs: unknown key 'epochs'; did you mean 'training.epochs'?")]
    [InlineData("training.epochs=many", "training.epochs: found 'many', expected a whole number from 1 to 100000")]
    [InlineData("training.epochs=", "training.epochs: found nothing, expected a whole number")]
    [InlineData("training.epochs.more=3", "'training.epochs' holds a value, not keys; expected training.epochs=value")]
    [InlineData("training.schedule.first=3", "'training.schedule' holds a list")]
    [InlineData("training=3", "training: found 3, expected a mapping")]
    [InlineData("training.schedule=[[0, 1]", "training.schedule: not valid YAML")]
    [InlineData("training.schedule=[2\ndata: {", "training.schedule: not valid YAML: ")]
    [InlineData("training.validate.examples=2001", "expected at most the 2000 examples of data.validation")]
    [InlineData("attack.pgd=3", "attack.pgd: expected attack.ID.option=value")]
    [InlineData("attack=3", "attack: expected attack.ID.option=value")]
    [InlineData("training.epochs", "found 'training.epochs', expected key=value")]
    [InlineData("=3", "expected key=value")]
    [InlineData("a..b=3", "expected key=value")]
    [InlineData("", "found nothing, expected key=value")]
    public void Wrong_settings_are_refused(string set, string message)
    {
        var error = Assert.Throws<ConfigException>(() => ConfigReader.Apply(Full, [set], out _));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Null(error.File);
    }
}
