namespace Temper.Runs;

/// <summary>Where a run took place.</summary>
/// <param name="Os">The operating system.</param>
/// <param name="Cpu">The processor.</param>
/// <param name="Cores">The number of cores given to the process.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="TorchSharp">The version of TorchSharp.</param>
/// <param name="Libtorch">The version of libtorch.</param>
/// <param name="Temper">The version of this library.</param>
/// <param name="Commit">The commit this library was built from, or null.</param>
public sealed record ManifestEnvironment(
    string Os,
    string Cpu,
    int Cores,
    string Runtime,
    string TorchSharp,
    string Libtorch,
    string Temper,
    string? Commit = null
);
