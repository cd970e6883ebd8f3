using Temper.Errors;
using Temper.Runs;

namespace Temper.Tests.Runs;

public sealed class ConfigErrorTests
{
    // Each change to the full recipe, the line and path of the error, and a part of its message.
    public static TheoryData<string, string, int, string?, string> Changes =>
        new()
        {
            {
                "epochs: 3",
                "epochz: 3",
                13,
                "training",
                "unknown key 'epochz'; did you mean 'epochs'? valid: objective, epochs"
            },
            { "threads: 2", "thread: 2", 4, null, "unknown key 'thread'; did you mean 'threads'?" },
            { "threads: 2", "threads: -1", 4, "threads", "found -1, expected a whole number from 0 to 1024" },
            {
                "seed: 18446744073709551615",
                "seed: -1",
                3,
                "seed",
                "found -1, expected a whole number from 0 to 18446744073709551615"
            },
            {
                "seed: 18446744073709551615",
                "seed: 18446744073709551616",
                3,
                "seed",
                "expected a whole number from 0 to"
            },
            {
                "validation: 2000",
                "validation: many",
                5,
                "data.validation",
                "found 'many', expected a whole number from 1 to 10000000"
            },
            { "validation: 2000", "validaton: 1", 5, "data", "unknown key 'validaton'; did you mean 'validation'?" },
            { "name: full-1.0", "title: x", 1, null, "unknown key 'title'" },
            { "name: full-1.0", "# gone", 2, null, "the key 'name' is missing" },
            { "name: full-1.0", "name: ../up", 1, "name", "expected a name of lower-case letters" },
            { "threat: linf:8/255", "threat: ", 7, "threat", "found nothing, expected text" },
            { "threat: linf:8/255", "threat: [a]", 7, "threat", "found a list, expected text" },
            { "model: { id: mlp,", "model: {", 6, "model", "the key 'id' is missing" },
            { "model: { id: mlp,", "model: { id: [],", 6, "model.id", "found a list, expected text" },
            { "epochs: 3", "epochs: 0", 13, "training.epochs", "found 0, expected a whole number from 1 to 100000" },
            { "ema: 0.999", "ema: 1", 23, "training.ema", "found 1, expected a number from 0 to below 1" },
            {
                "inner-mode: train",
                "inner-mode: trian",
                22,
                "training.inner-mode",
                "expected evaluate or train; did you mean 'train'?"
            },
            {
                "epsilon-warmup: 0.5",
                "epsilon-warmup: 3.5",
                21,
                "training.epsilon-warmup",
                "found 3.5, expected at most the 3 epochs"
            },
            { "- [0, 0]", "- [0.1, 0]", 17, "training.schedule", "found the fractions [0.1, 0.25, 0.25, 1], expected" },
            { "- [1, 1e-5]", "- [0.2, 1e-5]", 17, "training.schedule", "never fall and end with 1" },
            { "- [1, 1e-5]", "- [1, -1]", 20, "training.schedule[3][1]", "found -1, expected a learning rate from 0" },
            { "- [1, 1e-5]", "- [1]", 20, "training.schedule[3]", "found a list, expected a pair" },
            {
                "- [1, 1e-5]",
                "- [2, 0]",
                20,
                "training.schedule[3][0]",
                "found 2, expected a fraction of training from 0 to 1"
            },
            { "ema: 0.999", "ema: 0.999\n  swa: 0.5", 24, "training.swa", "expected 0 beside training.ema" },
            {
                "ema: 0.999",
                "awp: { gamma: 0.01, warmup: 3 }",
                23,
                "training.awp.warmup",
                "found 3, expected less than the 3 epochs"
            },
            { "ema: 0.999", "awp: { gama: 0.01 }", 23, "training.awp", "unknown key 'gama'; did you mean 'gamma'?" },
            { "ema: 0.999", "step-schedule: [[0, 0], [1, 1]]", 23, "training.step-schedule", "found a factor of 0" },
            {
                "ema: 0.999",
                "step-schedule: [[0, 1]]",
                23,
                "training.step-schedule",
                "found the fractions [0], expected"
            },
            { "ema: 0.999", "epsilon-growth: fast", 23, "training.epsilon-growth", "expected linear or cosine" },
            { "ema: 0.999", "label-smoothing: 1", 23, "training.label-smoothing", "from 0 to below 1" },
            {
                "validation: 2000",
                "augment: { mixup: 1, cutmix: 1 }, validation: 2000",
                5,
                "data.augment.cutmix",
                "expected 0 beside data.augment.mixup"
            },
            {
                "validation: 2000",
                "extra: { path: more }, validation: 2000",
                5,
                "data.extra.path",
                "expected a path beside data.extra.name"
            },
            { "step: 2/255", "step: 2/0", 26, "training.validate.step", "found '2/0', expected a step above 0" },
            {
                "examples: 100",
                "examples: 2001",
                26,
                "training.validate.examples",
                "found 2001, expected at most the 2000 examples of data.validation"
            },
            {
                "guard-chance: false",
                "guard-chance: no",
                28,
                "training.guard-chance",
                "found 'no', expected true or false"
            },
            { "attacks: [fgsm,", "attacks: [pgd,", 30, "evaluation.attacks[2]", "found the name 'pgd' twice" },
            { "attacks: [fgsm,", "attacks: [clean,", 30, "evaluation.attacks[0]", "other than 'clean'" },
            {
                "attacks: [fgsm,",
                "attacks: ['a,b',",
                30,
                "evaluation.attacks[0]",
                "found 'a,b', expected an attack's name"
            },
            { "attacks: [fgsm,", "attacks: [{ name: x },", 30, "evaluation.attacks[0]", "the key 'id' is missing" },
            { "budgets: 11", "budgets: 8", 32, "evaluation.curve.budgets", "found 8, expected an odd number" },
            { "budgets: 11", "budgets: 1", 32, "evaluation.curve.budgets", "from 3 to 101" },
            { "attack: fgsm }", "attack: fgs }", 32, "evaluation.curve.attack", "'last' or one of evaluation.attacks" },
            { "what: clean", "wat: clean", 35, "expected[0]", "unknown key 'wat'; did you mean 'what'?" },
            { "what: clean,", "", 35, "expected[0]", "the key 'what' is missing" },
            { "threads: 2", "seed: 2", 4, null, "the key 'seed' stands twice, first in line 3" },
            { "threads: 2", "threads: &a 2", 4, "threads", "found an anchor" },
            { "threads: 2", "threads: *a", 4, "threads", "found an alias" },
            { "threads: 2", "threads: !!int 2", 4, "threads", "found a tag" },
            { "threads: 2", "<<: { threads: 2 }", 4, null, "found a merge key" },
            { "threads: 2", "? [a]\n: 2", 4, null, "as a key, expected a name" },
            { "threads: 2", "'': 2", 4, null, "unknown key ''" },
            { "threads: 2", "threads: 2\n---\na: b", 5, null, "found a second document" },
            { "threads: 2", "threads: [2", 5, null, "not valid YAML" },
            { "threads: 2", "threads: \"\\e\"", 4, "threads", "U+001B" },
            { "threads: 2", "threads: \u0007", 4, null, "the control character U+0007" },
        };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Each_error_has_its_place(string old, string changed, int line, string? path, string message)
    {
        Assert.Contains(old, Texts.Full, StringComparison.Ordinal);
        var at = Texts.Full.IndexOf(old, StringComparison.Ordinal);
        var text = Texts.Full[..at] + changed + Texts.Full[(at + old.Length)..];
        var error = Assert.Throws<ConfigException>(() => ConfigReader.Read(text, "full.yaml"));
        Assert.Equal(("full.yaml", line, path), (error.File, error.Line, error.Path));
        Assert.StartsWith(
            $"full.yaml:{line}: {(path is null ? "" : path + ": ")}",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("", "found nothing, expected a mapping")]
    [InlineData("# only a comment", "found nothing, expected a mapping")]
    [InlineData("just text", "found 'just text', expected a mapping")]
    [InlineData("- a", "found a list, expected a mapping")]
    [InlineData("%YAML 1.2\n---\na: b", "directive")]
    [InlineData("%TAG ! tag:x,2000:\n---\na: b", "directive")]
    [InlineData("a: \"b", "not valid YAML")]
    public void Texts_that_are_no_recipe(string text, string message)
    {
        var error = Assert.Throws<ConfigException>(() => ConfigReader.Read(text, "a.yaml"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    [InlineData('-')]
    [InlineData('?')]
    [InlineData('"')]
    [InlineData(',')]
    [InlineData(':')]
    [InlineData('|')]
    [InlineData('a')]
    [InlineData('\n')]
    [InlineData('#')]
    public void A_megabyte_of_one_character_ends_quickly(char character)
    {
        // Processor time: other work on the machine does not count.
        var before = Environment.CpuUsage.TotalTime;
        foreach (
            var text in new[]
            {
                new string(character, 1 << 20),
                string.Concat(Enumerable.Repeat(character + " ", 1 << 19)),
            }
        )
        {
            Assert.Throws<ConfigException>(() => ConfigReader.Read(text, "a.yaml"));
        }
        Assert.InRange((Environment.CpuUsage.TotalTime - before).TotalSeconds, 0, 5);
    }

    [Fact]
    public void Too_large_and_too_deep_are_refused()
    {
        var large = Texts.Smallest + "# " + new string('a', 1 << 20);
        var error = Assert.Throws<ConfigException>(() => ConfigReader.Read(large, "a.yaml"));
        Assert.Contains("at most 1 MB", error.Message, StringComparison.Ordinal);
        var deep = Texts.Smallest + "model: { id: a, b: " + new string('[', 40) + new string(']', 40) + " }";
        error = Assert.Throws<ConfigException>(() => ConfigReader.Read(deep, "a.yaml"));
        Assert.Contains("deeper than 32", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, error.Line);
    }
}
