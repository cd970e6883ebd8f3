using Temper.Controls;
using Temper.Runs;
using Temper.Tests.Cli;
using Temper.Tests.Docs;

namespace Temper.Slow.Tests.Controls;

/// <summary>The weights of the networks that are broken on purpose, trained once for all tests.</summary>
public sealed class TrainedControls : IDisposable
{
    private static readonly string[] Renamed =
    [
        "control-scaled",
        "control-quantised",
        "control-random",
        "control-softmax",
        "control-batch",
        "control-detached",
        "control-constant",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("temper-controls-").FullName;

    /// <summary>Trains three networks and writes the weights of one for the others.</summary>
    public TrainedControls()
    {
        Catalogue.Add(typeof(Control).Assembly);
        Natural = Train("natural", "best");
        foreach (var control in Renamed)
        {
            ControlWeights.Rename(Natural, File(control), control);
        }
        System.IO.File.Copy(Train("kwta", "best"), File("control-kwta"));
        Overfitted = Train("overfitted", "last");
    }

    /// <summary>Gets the weights of an ordinary network.</summary>
    public string Natural { get; }

    /// <summary>Gets the weights of a network after catastrophic overfitting.</summary>
    public string Overfitted { get; }

    /// <summary>The weights of a control.</summary>
    /// <param name="control">Its architecture.</param>
    public string File(string control) => Path.Combine(_folder, $"{control}.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Train(string recipe, string weights)
    {
        var run = Path.Combine(_folder, recipe);
        var path = Path.Combine(Repository.PathOf("tests"), "Temper.Controls", "recipes", $"{recipe}.yaml");
        Tool.Run("train", path, "--out", run, "--limit", "500", "--threads", "1", "--quiet").Succeeds();
        return Path.Combine(run, $"{weights}.safetensors");
    }
}
