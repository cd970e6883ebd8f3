using Temper.Errors;
using Temper.Models;
using Temper.Runs;
using Temper.Tests.Attacks.Contract;
using Temper.Tests.Kit;
using Temper.Tests.Reports;
using Temper.Threats;
using Temper.Training.Objectives;
using Temper.Training.Wrappers;
using Temper.Workflow;

namespace Temper.Tests.Workflow;

/// <summary>The other networks that training methods ask for.</summary>
public sealed class OtherModelsTests
{
    [Fact]
    public void A_file_is_opened_once()
    {
        using var model = Toy.ConvNet(1);
        using var others = new OtherModels();
        var path = ContractModels.Surrogate(model);
        Assert.Same(others.Open(path, model), others.Open(path, model));
    }

    [Fact]
    public void A_run_goes_on_with_the_files_it_began_with_and_names_one_that_changed()
    {
        using var folder = new Folder();
        var (one, two) = (folder.File("one.safetensors"), folder.File("two.safetensors"));
        File.WriteAllText(one, "1");
        File.WriteAllText(two, "2");
        var ensemble = new EnsembleTraining(new() { Models = [one, two] });
        var cards = OtherModels.Cards(new LabelSmoothing(ensemble, 0.1), null)!;
        Assert.Equal([one, two], cards.Select(c => c.Path));
        Assert.All(cards, c => Assert.Equal(64, c.Sha256.Length));
        new SampleRun().Write(folder.Path);
        var manifest = RunManifest.Read(folder.File("manifest.json"));
        var begun = manifest with { Training = manifest.Training! with { Others = cards } };
        Assert.Equal(cards, OtherModels.Cards(ensemble, begun));

        File.WriteAllText(two, "3");
        var error = Assert.Throws<DataException>(() => OtherModels.Cards(ensemble, begun));
        Assert.All(
            (string[])[two, "training.objective", $"expected {cards[1].Sha256}"],
            word => Assert.Contains(word, error.Message, StringComparison.Ordinal)
        );
        // A run that begins takes what there is; one without other networks asks for none.
        Assert.NotEqual(cards[1], OtherModels.Cards(ensemble, null)![1]);
        Assert.Null(OtherModels.Cards(new HelperTraining(new()), begun));
        File.Delete(one);
        Assert.Contains(one, Assert.Throws<DataException>(() => OtherModels.Cards(ensemble, null)).Message);
    }

    [Fact]
    public void A_network_that_does_not_fit_is_refused()
    {
        using var model = Toy.ConvNet(1);
        using var larger = Toy.ConvNet(1, classes: 4);
        using var others = new OtherModels();
        var path = ContractModels.Surrogate(model);
        var error = Assert.Throws<ModelException>(() => others.Open(path, larger));
        Assert.Contains("training.objective: the other network does not fit", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ModelException>(() => others.Open("nowhere.safetensors", model));
        Assert.Contains("nowhere.safetensors", error.Message, StringComparison.Ordinal);
        using var wide = new ModuleClassifier(
            ContractModels.Graph(new(1, 6, 6), 3),
            new(1, 6, 6),
            3,
            new PixelRange(0, 255)
        );
        error = Assert.Throws<ModelException>(() => others.Open(path, wide));
        Assert.Contains("expected [0, 255] and gradients", error.Message, StringComparison.Ordinal);
    }
}
