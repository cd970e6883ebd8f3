using Temper.Bench;
using Temper.Errors;
using Temper.Models.Graphs.Ops;
using Temper.Models.Passes;
using Temper.Tests.Docs;

namespace Temper.Tests.Models.Passes;

public sealed class ConvTableTests
{
    private static readonly ConvShape Strided = new(16, 14, 14, 32, Window.Square(4, 2, 1));

    [Fact]
    public void The_committed_table_holds_every_convolution_of_the_measured_networks()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "src/Temper/Models/Passes/conv-table.csv"));
        foreach (var network in BenchNetwork.All)
        {
            var graph = network.Make().Describe(network.Input, BenchNetwork.Classes);
            Assert.All(ConvTable.ShapesOf(graph), s => Assert.Contains($"\n{s.Text},", text));
        }
    }

    [Fact]
    public void A_table_is_read_line_by_line()
    {
        var table = ConvTable.Parse($"# made somewhere\nshape,algorithm,batch\n{Strided.Text},fold,128\n", "table");
        Assert.Equal(ConvAlgorithm.Fold, table.For(Strided));
    }

    [Theory]
    [InlineData("16x14x14-32 k4x4 s2x2 p1x1,folded")]
    [InlineData("16x14x14-32 k4x4 s2x2 p1x1")]
    [InlineData("a,fold\na,fold")]
    public void A_wrong_line_is_named(string lines)
    {
        var error = Assert.Throws<DataException>(() => ConvTable.Parse($"shape,algorithm\n{lines}\n", "mine.csv"));
        Assert.StartsWith("mine.csv: found the line", error.Message);
        Assert.Contains("transposed, mirrored, sub-pixel, fold", error.Message);
    }

    [Fact]
    public void A_choice_that_does_not_fit_the_shape_goes_by_rule()
    {
        var table = new ConvTable(new Dictionary<string, ConvAlgorithm> { [Strided.Text] = ConvAlgorithm.Mirrored });
        Assert.True(Strided.Fits(table.For(Strided)));
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("plain")]
    [InlineData("input-gradients")]
    [InlineData("fold-batch-norm,channels-last")]
    public void Settings_have_a_text_form(string text) => Assert.Equal(text, PassSettings.Parse(text).Text);

    [Fact]
    public void A_part_that_does_not_exist_is_named()
    {
        var error = Assert.Throws<UsageException>(() => PassSettings.Parse("input-gradients,quick"));
        Assert.Contains("'quick'", error.Message);
        Assert.Contains("fold-batch-norm", error.Message);
    }
}
