// The conceptual loop of adversarial training, as a program: 100 small batches of MNIST at a small budget.
// What the full trainer adds (schedule, validation, checkpoints, resume, watches) is left out on purpose.
using Temper.Attacks;
using Temper.Data;
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Numerics;
using Temper.Threats;
using Temper.Training;
using TorchSharp;

const int BatchSize = 64;
const int Steps = 100;
const double LearningRate = 0.002;

// Before any tensor is made: native code reads its settings once, when libtorch is loaded.
Libtorch.Load();

var root = new Rng(seed: 0);
var set = Datasets.Load("mnist", "train");
var shape = new InputShape(set.Channels, set.Height, set.Width);
torch.manual_seed(root.Fork("init").TorchSeed(0));
using var model = new ModuleClassifier(new MnistNet(new()).Build(shape, set.Classes), shape, set.Classes);
using var optimizer = WeightUpdate.Adam(model.Module, weightDecay: 0);
var threat = ThreatModel.Parse("linf:0.1");
var attack = new Pgd(new() { Steps = 3, Step = StepSize.Parse("rel:0.5") });

// A random subset, in random order.
var order = root.Fork("order").Permutation(set.Count, 0)[..(BatchSize * Steps)];
var data = new BatchSource(set, order).Batches(BatchSize);
var (step, sum) = (0, 0.0);

// Perturb keys its noise by each input's content; a second pass over the data would fork the stream anew.
var rng = root.Fork("craft");

// <loop>
foreach (var (x, y) in data)
{
    using var xAdv = attack.Perturb(model, x, y, threat, rng);
    Update(model, xAdv, y);
}

// </loop>

// The outer half: one step of the weights on the crafted inputs.
void Update(ModuleClassifier classifier, torch.Tensor inputs, torch.Tensor labels)
{
    using var scope = torch.NewDisposeScope();
    using var mode = classifier.Enter(Mode.Train);
    var loss = torch.nn.functional.cross_entropy(classifier.Logits(inputs), labels);
    optimizer.Step(classifier.Module, loss, LearningRate);
    sum += loss.item<float>();
    if (++step % 20 == 0)
    {
        Console.WriteLine($"steps {step - 19, 2} to {step, 3}: mean adversarial loss {sum / 20:F3}");
        sum = 0;
    }
}
