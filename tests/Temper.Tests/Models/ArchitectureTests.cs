using System.Globalization;
using Temper.Errors;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Models.Graphs;
using Temper.Models.Passes;
using Temper.Runs;
using static TorchSharp.torch;

namespace Temper.Tests.Models;

/// <summary>The built-in networks hold what their papers say, begin as PyTorch's own layers do, and compute what those compute.</summary>
public sealed class ArchitectureTests
{
    private static readonly InputShape Mnist = new(1, 28, 28);
    private static readonly InputShape Cifar = new(3, 32, 32);

    [Theory]
    [InlineData("lenet5", "", false, 648_226)] // 320 + 18,496 + 627,400 + 2,010
    [InlineData("small-cnn", "", false, 312_202)] // 320 + 9,248 + 18,496 + 36,928 + 205,000 + 40,200 + 2,010
    [InlineData("resnet-cifar", "", true, 272_474)] // He et al.'s 269,722 and projections 16·32 + 64 and 32·64 + 128
    [InlineData("preact-resnet18", "", true, 11_172_170)] // 11,171,146 without the last BatchNorm, which has 2 · 512
    [InlineData("wide-resnet", "", true, 36_479_194)] // 36.5 M, Zagoruyko and Komodakis, table 4
    [InlineData("wide-resnet", "depth=34", true, 46_160_474)] // TRADES' network
    [InlineData("wide-resnet", "depth=16 width=4", true, 2_748_890)] // 2.7 M, the same table
    public void Parameters_are_as_many_as_published(string id, string options, bool cifar, long expected)
    {
        var graph = Describe(id, options, cifar ? Cifar : Mnist);
        var weights = graph.Parameters.Where(p => p.Role == ParameterRole.Weight);
        Assert.Equal(expected, weights.Sum(p => p.Shape.Aggregate(1L, (a, b) => a * b)));
        Assert.Equal(10, graph.Classes());
    }

    [Fact]
    public void Weights_begin_as_those_of_the_same_PyTorch_layers()
    {
        manual_seed(5);
        using var graph = (GraphModule)Create("mnist-net", "").Build(Mnist, 10);
        graph.Passes = PassSettings.Plain;
        manual_seed(5);
        using var plain = nn.Sequential(
            ("0", nn.Conv2d(1, 16, 4, stride: 2, padding: 1)),
            ("1", nn.ReLU()),
            ("2", nn.Conv2d(16, 32, 4, stride: 2, padding: 1)),
            ("3", nn.ReLU()),
            ("4", nn.Flatten()),
            ("5", nn.Linear(1568, 100)),
            ("6", nn.ReLU()),
            ("7", nn.Linear(100, 10))
        );
        Assert.Equal(plain.named_parameters().Select(p => p.name), graph.named_parameters().Select(p => p.name));
        foreach (var (mine, theirs) in graph.parameters().Zip(plain.parameters()))
        {
            Assert.True(mine.eq(theirs).all().item<bool>());
        }
        using var x = rand(3, 1, 28, 28);
        Assert.True(graph.call(x).eq(plain.call(x)).all().item<bool>());
        graph.Passes = PassSettings.Fast;
        Assert.True((graph.call(x) - plain.call(x)).abs().max().item<float>() < 1e-6f);
    }

    [Theory]
    [InlineData("lenet5", "", false)]
    [InlineData("small-cnn", "", false)]
    [InlineData("mlp", "", false)]
    [InlineData("linear", "", false)]
    [InlineData("resnet-cifar", "depth=8 width=4", true)]
    [InlineData("preact-resnet18", "width=4", true)]
    [InlineData("wide-resnet", "depth=10 width=1 dropout=0.3", true)]
    [InlineData("resnet-cifar", "depth=8 width=4 normalise=0.5,0.5,0.5·0.2,0.2,0.2", true)]
    public void Trains_and_evaluates(string id, string options, bool cifar)
    {
        var input = cifar ? Cifar : Mnist;
        manual_seed(1);
        using var module = Create(id, options).Build(input, 10);
        using var x = rand(4, input.Channels, input.Height, input.Width);
        using var labels = tensor([1L, 2, 3, 4]);
        module.train();
        nn.functional.cross_entropy(module.call(x), labels).backward();
        Assert.All(
            module.named_parameters(),
            p => Assert.True(p.parameter.grad!.isfinite().all().item<bool>(), p.name)
        );
        Assert.Contains(module.parameters(), p => p.grad!.abs().sum().item<float>() > 0);
        module.eval();
        using var whole = module.call(x);
        using var one = module.call(x[1..2]);
        // In evaluation an example's scores do not depend on its neighbours.
        Assert.True((whole[1..2] - one).abs().max().item<float>() < 1e-5f);
    }

    [Fact]
    public void Batch_norm_counts_its_batches_in_training_alone()
    {
        using var module = Create("resnet-cifar", "depth=8 width=2").Build(Cifar, 10);
        using var x = rand(4, 3, 32, 32);
        module.eval();
        module.call(x).Dispose();
        Assert.Equal(0, module.get_buffer("bn1.num_batches_tracked")!.item<long>());
        module.train();
        module.call(x).Dispose();
        module.call(x).Dispose();
        Assert.Equal(2, module.get_buffer("bn1.num_batches_tracked")!.item<long>());
    }

    [Fact]
    public void Batch_norm_computes_what_TorchSharp_computes()
    {
        var graph = new GraphBuilder(new InputShape(3, 5, 5));
        var normed = graph.BatchNorm(graph.Input, "bn");
        using var module = new GraphModule(graph.Build(graph.Linear(graph.GlobalAverage(normed), "fc", 2)));
        using var theirs = nn.BatchNorm2d(3);
        manual_seed(2);
        for (var i = 0; i < 3; i++)
        {
            using var x = randn(8, 3, 5, 5) * 2 + 1;
            module.call(x).Dispose();
            theirs.call(x).Dispose();
        }
        foreach (var name in (string[])["running_mean", "running_var"])
        {
            Assert.True(allclose(module.get_buffer("bn." + name), theirs.get_buffer(name)));
        }
    }

    [Fact]
    public void A_network_leaves_nothing_behind_but_its_scores()
    {
        using var module = Create("preact-resnet18", "width=2").Build(Cifar, 10);
        module.eval();
        using var x = rand(2, 3, 32, 32);
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            module.call(x).Dispose();
            var before = Tensor.TotalCount;
            module.call(x).Dispose();
            Assert.Equal(before, Tensor.TotalCount);
        }
    }

    [Theory]
    [InlineData("resnet-cifar", "depth=9", "6n + 2")]
    [InlineData("wide-resnet", "depth=11", "6n + 4")]
    [InlineData("small-cnn", "normalise=0.5", "means and deviations")]
    [InlineData("small-cnn", "normalise=0.5,0.5·0.1,0.1", "channel")]
    [InlineData("small-cnn", "normalise=0.5·0", "0")]
    public void What_does_not_fit_is_refused(string id, string options, string expected)
    {
        var e = Assert.Throws<ModelException>(() => Describe(id, options, Mnist));
        Assert.StartsWith(id, e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    private static NetworkGraph Describe(string id, string options, InputShape input) =>
        ((GraphArchitecture)Create(id, options)).Describe(input, 10);

    /// <summary>Options are <c>key=value</c>, apart by spaces; · stands for a space inside a value.</summary>
    private static Architecture Create(string id, string options)
    {
        var info = Catalogue.Find<Architecture>(id, "architecture");
        var entries = options
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(o => o.Split('='))
            .ToDictionary(o => o[0], o => (object)o[1].Replace('·', ' '), StringComparer.Ordinal);
        var bound = info.Options is null ? null : OptionsBinder.Bind(info.Options, Node(entries));
        return Catalogue.Create<Architecture>(info, bound);
    }

    private static ConfigNode Node(Dictionary<string, object> entries)
    {
        var json = new System.Text.Json.Nodes.JsonObject();
        foreach (var (key, value) in entries)
        {
            var text = (string)value;
            json[key] = double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : text;
        }
        return ConfigJson.Read(json, "test");
    }
}
