using Temper.Errors;
using Temper.Models;
using Temper.Tests.Attacks.Contract;
using Temper.Tests.Kit;
using Temper.Threats;
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
