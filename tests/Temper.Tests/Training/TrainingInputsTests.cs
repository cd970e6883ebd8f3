using Temper.Data;
using Temper.Runs;
using Temper.Workflow;

namespace Temper.Tests.Training;

public sealed class TrainingInputsTests
{
    [Fact]
    public void The_twin_is_given_the_data_of_its_run_and_reads_none()
    {
        var config = RecipeSource.Read("mnist-linf");
        // Asked for by name, this data is nowhere.
        var request = new TrainingRequest
        {
            Config = config with { Data = config.Data with { Name = "none", Validation = 1 } },
            Folder = "none",
        };
        var known = new TrainingData(Set("train"), Set("test"), 0);
        Assert.Same(known, TrainingInputs.Of(request, known).Data);
        Assert.Contains(
            "'none'",
            Assert.Throws<Temper.Errors.ConfigException>(() => TrainingInputs.Of(request, null)).Message,
            StringComparison.Ordinal
        );
    }

    private static ImageSet Set(string split) => new(new("made", split, 1, 1, 1, 2, ""), [0, 255], [0, 1]);
}
