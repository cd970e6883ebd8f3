using Temper.Errors;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Models.Graphs;
using Temper.Models.Passes;
using Temper.Runs;
using Temper.Workflow;

namespace Temper.Tests.Workflow;

/// <summary>The arithmetic is decided once, and a run that is resumed goes on by it.</summary>
public sealed class PassChoiceTests
{
    private static readonly InputShape Digit = new(1, 28, 28);
    private static readonly NetworkGraph Graph = new MnistNet(new()).Describe(Digit, 10);

    [Fact]
    public void A_new_run_writes_what_was_asked_for_and_the_choices_of_the_table()
    {
        var arithmetic = PassChoice.Of(Graph, PassSettings.Fast, null)!;
        Assert.Equal("fast", arithmetic.Passes);
        Assert.Equal(["16x14x14-32 k4x4 s2x2 p1x1", "1x28x28-16 k4x4 s2x2 p1x1"], arithmetic.Convolutions.Keys.Order());
        Assert.Empty(PassChoice.Of(Graph, PassSettings.Plain, null)!.Convolutions);
        Assert.Null(PassChoice.Of(null, PassSettings.Fast, null));
    }

    [Fact]
    public void A_choice_is_applied_whatever_the_table_says_now()
    {
        var choices = PassChoice
            .Of(Graph, PassSettings.Fast, null)!
            .Convolutions.ToDictionary(c => c.Key, _ => "transposed");
        using var module = (GraphModule)new MnistNet(new()).Build(Digit, 10);
        using var model = new ModuleClassifier(module, Digit, 10);
        PassChoice.Apply(model, new("input-gradients", choices));
        Assert.False(module.Passes.ChannelsLast);
        Assert.All(
            ConvTable.ShapesOf(Graph),
            shape => Assert.Equal(ConvAlgorithm.Transposed, module.Passes.Convolutions.For(shape))
        );
    }

    [Fact]
    public void An_algorithm_that_is_not_known_is_an_error()
    {
        using var model = new ModuleClassifier(new MnistNet(new()).Build(Digit, 10), Digit, 10);
        var wrong = new ManifestArithmetic("fast", new Dictionary<string, string> { ["a"] = "winograd" });
        Assert.Contains("'winograd'", Assert.Throws<DataException>(() => PassChoice.Apply(model, wrong)).Message);
    }
}
