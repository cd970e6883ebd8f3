using Temper.Losses;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using Temper.Models.Passes;
using Temper.Tests.Kit;
using TorchSharp;
using static TorchSharp.torch;

namespace Temper.Tests.Models.Passes;

/// <summary>Temper's own backward pass, against autograd on the plain path.</summary>
public sealed class GraphPassTests
{
    private static readonly InputShape Digit = new(1, 28, 28);
    private static readonly InputShape Colour = new(3, 32, 32);

    public static TheoryData<string, string> Networks =>
        new()
        {
            { "mnist-net", "fast" },
            { "mnist-net", "input-gradients" },
            { "mnist-net", "channels-last" },
            { "small-cnn", "fast" },
            { "lenet5", "fast" },
            { "mlp", "fast" },
            { "linear", "fast" },
            { "resnet-cifar", "fast" },
            { "resnet-cifar", "input-gradients" },
            { "resnet-cifar", "input-gradients,fold-batch-norm" },
            { "resnet-cifar", "input-gradients,channels-last" },
            { "preact-resnet18", "fast" },
            { "wide-resnet", "fast" },
        };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Agrees_with_autograd(string network, string passes)
    {
        var (module, input) = Network(network);
        using var model = new ModuleClassifier(module, input, 10);
        using var scope = NewDisposeScope();
        var x = rand(5, input.Channels, input.Height, input.Width);
        var labels = tensor([1L, 2, 3, 4, 9]);
        Warm(module, x);
        foreach (var mode in (Mode[])[Mode.Evaluate, Mode.TrainFrozenStatistics])
        {
            // With dropout two passes differ; for the deepest network see below.
            if (mode != Mode.Evaluate && network is "small-cnn" or "wide-resnet" or "preact-resnet18")
            {
                continue;
            }
            using var held = model.Enter(mode);
            foreach (var loss in (AttackLoss[])[CrossEntropy.Instance, Margin.Instance])
            {
                module.Passes = PassSettings.Plain;
                var plain = Gradient(model, loss, x, labels);
                module.Passes = PassSettings.Parse(passes);
                var fast = Gradient(model, loss, x, labels);
                // Folding and the statistics of a batch sum in another order.
                var allowed = network is "resnet-cifar" or "preact-resnet18" or "wide-resnet" ? 1e-5 : 1e-6;
                Close(plain.Logits, fast.Logits, allowed, $"scores, {mode}");
                Close(plain.Loss, fast.Loss, allowed, $"loss, {mode}");
                Close(plain.Gradient, fast.Gradient, allowed * 10, $"gradient, {mode}");
                Assert.True(fast.Gradient.is_contiguous());
            }
        }
    }

    /// <remarks>
    /// In float32 some of its many activations lie so near 0 that rounding decides the side they fall on, and the statistics of the
    /// batch carry that to every pixel.
    /// </remarks>
    [Fact]
    public void The_deepest_network_agrees_in_training_in_float64()
    {
        var (module, input) = Network("preact-resnet18");
        using var model = new ModuleClassifier(module, input, 10);
        module.to(ScalarType.Float64);
        using var scope = NewDisposeScope();
        var x = rand([5, 3, 32, 32], ScalarType.Float64);
        var labels = tensor([1L, 2, 3, 4, 9]);
        Warm(module, x);
        using var held = model.Enter(Mode.TrainFrozenStatistics);
        module.Passes = PassSettings.Plain;
        var plain = Gradient(model, CrossEntropy.Instance, x, labels);
        module.Passes = PassSettings.Fast;
        var fast = Gradient(model, CrossEntropy.Instance, x, labels);
        var error = (plain.Gradient - fast.Gradient).abs().max() / plain.Gradient.abs().max();
        Assert.True(error.item<double>() < 1e-9, $"{error.item<double>()}");
    }

    [Fact]
    public void Every_operator_goes_back_as_autograd_does()
    {
        var builder = new GraphBuilder(new InputShape(2, 8, 8));
        var x = builder.Normalise(builder.Input, "norm", [0.4f, 0.5f], [0.2f, 0.3f]);
        x = builder.Add(new Pad(1, 0, 0, 1, 0.5), x);
        x = builder.Conv(x, "a", 4, Window.Square(3, 1, 1));
        x = builder.BatchNorm(x, "bn");
        var branch = builder.Relu(x);
        // Used three times: by a sum with itself's branch, by a strided convolution, and by a concatenation.
        x = builder.Sum(branch, builder.Add(new LeakyRelu(0.1), x));
        x = builder.Add(new Concat(1), x, branch);
        x = builder.Add(new Silu(), builder.Conv(x, "b", 6, new Conv(Window.Square(3, 2, 1), Groups: 2), bias: true));
        x = builder.Add(new AveragePool(Window.Square(2, 1, 0)), builder.Add(new Tanh(), x));
        x = builder.MaxPool(builder.Add(new Sigmoid(), x), Window.Square(2, 1, 1));
        x = builder.Add(new Clip(0.1, 0.9), x);
        x = builder.Relu(builder.Linear(builder.Flatten(x), "c", 7));
        x = builder.Linear(builder.Dropout(builder.Add(new Identity(), x), 0.3), "d", 10);
        manual_seed(3);
        using var model = new ModuleClassifier(new GraphModule(builder.Build(x)), new InputShape(2, 8, 8), 10);
        var module = (GraphModule)model.Module;
        using var scope = NewDisposeScope();
        var points = rand(4, 2, 8, 8);
        var labels = tensor([0L, 1, 2, 3]);
        Warm(module, points);
        module.Passes = PassSettings.Plain;
        var plain = Gradient(model, Margin.Instance, points, labels);
        module.Passes = PassSettings.Fast;
        var fast = Gradient(model, Margin.Instance, points, labels);
        Close(plain.Logits, fast.Logits, 1e-6, "scores");
        Close(plain.Gradient, fast.Gradient, 1e-5, "gradient");
    }

    [Fact]
    public void A_relu_as_the_scores_keeps_them()
    {
        var builder = new GraphBuilder(new InputShape(1, 2, 2));
        var scores = builder.Relu(builder.Linear(builder.Flatten(builder.Input), "a", 3));
        manual_seed(1);
        using var model = new ModuleClassifier(new GraphModule(builder.Build(scores)), new InputShape(1, 2, 2), 3);
        model.Module.eval();
        using var scope = NewDisposeScope();
        var (points, labels) = (rand(6, 1, 2, 2), zeros(6, dtype: ScalarType.Int64));
        var found = Gradient(model, Margin.Instance, points, labels);
        Close(model.Logits(points), found.Logits, 1e-7, "scores");
    }

    [Fact]
    public void Weights_statistics_and_gradients_stay_and_nothing_is_left_behind()
    {
        var (module, input) = Network("resnet-cifar");
        using var model = new ModuleClassifier(module, input, 10);
        module.eval();
        using var x = rand(3, input.Channels, input.Height, input.Width);
        using var labels = tensor([0L, 1, 2]);
        var before = module.state_dict().ToDictionary(p => p.Key, p => p.Value.clone());
        void Pass()
        {
            using var pass = GraphPass.Open(model, 3)!;
            for (var i = 0; i < 3; i++)
            {
                using var scope = NewDisposeScope();
                InputGradient.Compute(
                    new MeteredClassifier(model, new QueryMeter()),
                    pass,
                    CrossEntropy.Instance,
                    x,
                    labels
                );
                pass.Scores(x);
            }
        }
        Pass();
        using (new LeakGuard())
        {
            Pass();
        }
        Assert.All(module.state_dict(), p => Assert.True(p.Value.eq(before[p.Key]).all().item<bool>(), p.Key));
        Assert.All(module.parameters(), p => Assert.Null(p.grad));
    }

    [Fact]
    public void A_pass_sees_the_weights_it_was_opened_with_and_the_next_one_sees_new_ones()
    {
        var (module, input) = Network("mnist-net");
        using var model = new ModuleClassifier(module, input, 10);
        module.eval();
        using var scope = NewDisposeScope();
        var x = rand(2, 1, 28, 28);
        using (var pass = GraphPass.Open(model, 3)!)
        {
            Close(model.Logits(x), pass.Scores(x), 1e-6, "before");
        }
        using (no_grad())
        {
            foreach (var parameter in module.parameters())
            {
                parameter.mul_(1.5);
            }
        }
        using var later = GraphPass.Open(model, 3)!;
        Close(model.Logits(x), later.Scores(x), 1e-6, "after");
    }

    [Fact]
    public void The_plain_path_and_modules_of_users_open_none()
    {
        var (module, input) = Network("mnist-net");
        using var model = new ModuleClassifier(module, input, 10);
        module.Passes = PassSettings.Plain;
        Assert.Null(GraphPass.Open(model, 3));
        using var own = new ModuleClassifier(nn.Sequential(("f", nn.Flatten()), ("l", nn.Linear(784, 10))), Digit, 10);
        Assert.Null(GraphPass.Open(own, 3));
    }

    private static (GraphModule Module, InputShape Input) Network(string id)
    {
        GraphArchitecture network = id switch
        {
            "mnist-net" => new MnistNet(new()),
            "small-cnn" => new SmallCnn(new()),
            "lenet5" => new LeNet5(new()),
            "mlp" => new Mlp(new()),
            "linear" => new Temper.Models.Architectures.Linear(new()),
            "preact-resnet18" => new PreActResNet18(new() { Width = 4 }),
            "wide-resnet" => new WideResNet(
                new()
                {
                    Depth = 10,
                    Width = 1,
                    Dropout = 0.3,
                }
            ),
            _ => new ResNetCifar(
                new()
                {
                    Depth = 8,
                    Width = 4,
                    Normalise = "0.5,0.4,0.5 0.2,0.2,0.3",
                }
            ),
        };
        var input = id is "preact-resnet18" or "wide-resnet" or "resnet-cifar" ? Colour : Digit;
        manual_seed(11);
        return ((GraphModule)network.Build(input, 10), input);
    }

    /// <summary>Moves the statistics of BatchNorm away from where they begin, and the weights that begin at zero.</summary>
    private static void Warm(GraphModule module, Tensor x)
    {
        using var noGrad = no_grad();
        foreach (var parameter in module.parameters().Where(p => !p.any().item<bool>()))
        {
            parameter.uniform_(-0.2, 0.2);
        }
        module.train();
        for (var i = 0; i < 5; i++)
        {
            module.call(x).Dispose();
        }
        module.eval();
    }

    private static (Tensor Logits, Tensor Loss, Tensor Gradient) Gradient(
        ModuleClassifier model,
        AttackLoss loss,
        Tensor x,
        Tensor labels
    ) => InputGradient.Compute(new MeteredClassifier(model, new QueryMeter()), loss, x, labels);

    private static void Close(Tensor expected, Tensor found, double allowed, string what)
    {
        Assert.Equal(expected.shape, found.shape);
        var error = (expected - found).abs().max().item<float>() / Math.Max(1e-3, expected.abs().max().item<float>());
        Assert.True(error <= allowed, $"{what}: {error}");
    }
}
