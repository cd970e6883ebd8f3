namespace Temper.Tests.Cli;

/// <summary>One small trained run that tests read and never change.</summary>
public sealed class TrainedRun : IDisposable
{
    public TrainedRun() => Tool.Run(Tool.Train(Folder, more: "--quiet")).Succeeds();

    public string Root { get; } = Directory.CreateTempSubdirectory("temper-cli-").FullName;

    public string Folder => Path.Combine(Root, "trained");

    public string Weights => Path.Combine(Folder, "best.safetensors");

    /// <summary>A path of its own for one test.</summary>
    public string Fresh() => Path.Combine(Root, Guid.NewGuid().ToString("N"));

    /// <summary>A copy of a file with other bytes.</summary>
    public string Changed(string source, string name, Func<byte[], byte[]> change)
    {
        var path = Path.Combine(Directory.CreateDirectory(Fresh()).FullName, name);
        File.WriteAllBytes(path, change(File.ReadAllBytes(source)));
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
