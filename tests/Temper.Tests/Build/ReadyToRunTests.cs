using System.Reflection.PortableExecutable;

namespace Temper.Tests.Build;

// What eng/ReadyToRun.targets promises, seen on the output of the tool beside this one's.
public sealed class ReadyToRunTests
{
    [Theory]
    [InlineData("Temper.Cli")]
    [InlineData("Temper")]
    [InlineData("Temper.Onnx")]
    [InlineData("System.CommandLine")]
    [InlineData("Spectre.Console")]
    [InlineData("Spectre.Console.Ansi")]
    [InlineData("YamlDotNet")]
    public void What_every_start_runs_is_machine_code(string assembly)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        Assert.SkipUnless(here.Name == "release", "Only Release builds are compiled to machine code.");
        var tool = Path.Combine(here.Parent!.Parent!.FullName, "Temper.Cli", here.Name, assembly + ".dll");
        using var file = new PEReader(File.OpenRead(tool));
        Assert.NotEqual(0, file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size);
        // The code is for the platform; what refers to the assembly still reads it as any other.
        Assert.True(file.HasMetadata);
    }
}
