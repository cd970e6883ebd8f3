using System.CommandLine;
using System.Globalization;
using Temper.Errors;
using Temper.Numerics;
using Temper.Onnx;
using Temper.Workflow;

namespace Temper.Cli.Commands;

/// <summary><c>temper export MODEL</c></summary>
internal static class ExportCommand
{
    public static Command Create(Session session)
    {
        var model = new Argument<string>("model")
        {
            Description = "A run's folder, weights (.safetensors), or an ONNX file (.onnx).",
        };
        var output = new Option<string>("--out") { Description = "The ONNX file to write.", Required = true };
        var data = new Option<string?>("--data")
        {
            Description = "The data set to check the export on; that of the run, or mnist, when absent.",
        };
        var arch = ModelOptions.NewArch();
        var (dataDir, threads) = (CommonOptions.DataDir(), CommonOptions.Threads());
        var command = new Command("export", "Write a model as ONNX, once onnxruntime computes the same scores from it.")
        {
            model,
            output,
            data,
            arch,
            dataDir,
            threads,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(output)!;
            if (Path.GetExtension(path) != ".onnx")
            {
                throw new UsageException($"--out: found '{path}', expected a name that ends in .onnx.");
            }
            var architecture = parsed.GetValue(arch) is { } text ? ArchitectureSource.Parse(text) : null;
            Libtorch.Load(parsed.GetValue(threads));
            using var source = ExportSource.Open(
                parsed.GetValue(model)!,
                parsed.GetValue(data),
                parsed.GetValue(dataDir),
                architecture
            );
            var done = ExportRun.Run(source, path);
            var examples = done.Examples > 0 ? $" and {done.Examples} test images of {source.Set!.Name}" : "";
            session.Line(
                $"{done.Path}: {done.Bytes} bytes; scores differ from onnxruntime's by at most {done.LargestDifference.ToString("G3", CultureInfo.InvariantCulture)} on {done.RandomInputs} random inputs{examples}."
            );
            return (int)ExitCode.Done;
        });
        return command;
    }
}
