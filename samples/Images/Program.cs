// A network of your own on a folder of images: trains, evaluates, writes the report.
using Temper.Models;
using Temper.Models.Architectures;
using Temper.Numerics;
using Temper.Runs;
using Temper.Workflow;
using static TorchSharp.torch;

Catalogue.Add(typeof(TwoLayers).Assembly);
var recipe = ConfigReader.Read(
    """
    name: shapes
    summary: discs and crosses of any colour
    data: { name: images, path: shapes, size: 16, validation: 20, augment: { crop: 1, flip: true } }
    model: { id: two-layers }
    threat: linf:8/255
    training:
      objective: { id: pgd, steps: 5, step: rel:0.5, start: uniform }
      epochs: 30
      batch: 16
      schedule: [[0, 0.003], [1, 0]]
      validate: { steps: 10, examples: 20 }
    evaluation: { attacks: [fgsm, pgd, pgd-margin], block: 20 }
    """,
    "shapes"
);
Libtorch.Load();
var folder = RunFolder.Fresh("runs", recipe.Name);
var request = new TrainingRequest { Config = recipe, Folder = folder };
new TrainingRun(request, TimeProvider.System).Run(null, null, CancellationToken.None);
Console.WriteLine($"report: {folder}/report.html");

[Component("two-layers", "Two convolutions", "this sample")]
public sealed class TwoLayers : Architecture
{
    public override nn.Module<Tensor, Tensor> Build(InputShape input, int classes) =>
        nn.Sequential(nn.Conv2d(3, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(576, classes));
}
