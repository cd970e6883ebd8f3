using System.CommandLine;
using Temper.Errors;
using Temper.Numerics;
using Temper.Onnx;
using Temper.Workflow;

namespace Temper.Cli.Commands;

/// <summary><c>temper doctor</c></summary>
internal static class DoctorCommand
{
    public static Command Create(Session session)
    {
        var threads = CommonOptions.Threads();
        var command = new Command("doctor", "Check the native library, the threads and the data on this machine.")
        {
            threads,
        };
        command.SetAction(parsed =>
        {
            foreach (var line in NativeLibraryCheck.Explain())
            {
                session.Line(line);
            }
            var count = Libtorch.Load(parsed.GetValue(threads));
            using var ones = TorchSharp.torch.ones(3);
            using var sum = ones.sum();
            session.Line(
                $"libtorch {TorchSharp.torch.__version__} computes 1 + 1 + 1 = {sum.item<float>()}, threads {count}"
            );
            session.Line($"onnxruntime {OnnxFormat.RuntimeVersion()} loads");
            var card = EnvironmentCard.Read();
            session.Line($"temper {card.Temper}, {card.Runtime}, {card.Os}, {card.Cpu}, {card.Cores} cores");
            foreach (var line in DataCommand.Lines(null))
            {
                session.Line($"data {line}");
            }
            return (int)ExitCode.Done;
        });
        return command;
    }
}
