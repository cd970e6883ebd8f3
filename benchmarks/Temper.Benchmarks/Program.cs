using Temper.Benchmarks;
using Temper.Numerics;

// Cost of an attack and of training steps against a bare TorchSharp loop with the same passes, paired A B A B in one process.
// Arguments: the number of paired runs, and a text that the names of the measurements must contain.
var threads = Libtorch.Load();
var runs = args.Length > 0 ? int.Parse(args[0]) : 9;
var only = args.Length > 1 ? args[1] : "";
Console.WriteLine($"threads {threads}, {runs} paired runs each, median seconds and ratio Temper / bare");
foreach (var batch in (int[])[100, 500])
{
    Measure($"PGD-40, mnist-net, batch {batch}", () => new AttackPasses(), a => a.Bare(batch), a => a.Temper(batch));
}
Measure("training step, pgd-7, mnist-net, batch 128", () => new TrainingPasses(), t => t.Bare(), t => t.Temper());
Measure(
    "training step, n-fgsm, resnet-cifar of depth 8, batch 128",
    () => new CifarPasses(),
    t => t.Bare(),
    t => t.Temper()
);

void Measure<T>(string name, Func<T> make, Action<T> bare, Action<T> temper)
    where T : IDisposable
{
    if (name.Contains(only, StringComparison.Ordinal))
    {
        using var passes = make();
        Pairs.Print(name, runs, () => bare(passes), () => temper(passes));
    }
}
