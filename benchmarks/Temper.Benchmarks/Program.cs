using Temper.Benchmarks;
using Temper.Numerics;

// Cost of an attack and of a training step against a bare TorchSharp loop with the same passes, paired A B A B in one process.
var threads = NativeEnvironment.CpuCores;
NativeEnvironment.Prepare(threads);
TorchSharp.torch.set_num_threads(threads);
var runs = args.Length > 0 ? int.Parse(args[0]) : 9;
Console.WriteLine($"threads {threads}, {runs} paired runs each, median seconds and ratio Temper / bare");
using var attack = new AttackPasses();
foreach (var batch in (int[])[100, 500])
{
    Pairs.Print($"PGD-40, mnist-net, batch {batch}", runs, () => attack.Bare(batch), () => attack.Temper(batch));
}
using var training = new TrainingPasses();
Pairs.Print("training step, pgd-7, mnist-net, batch 128", runs, training.Bare, training.Temper);
using var cifar = new CifarPasses();
Pairs.Print("training step, n-fgsm, resnet-cifar of depth 8, batch 128", runs, cifar.Bare, cifar.Temper);
