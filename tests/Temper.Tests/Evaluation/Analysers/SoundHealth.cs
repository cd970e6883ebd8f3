using Temper.Evaluation.Health;

namespace Temper.Tests.Evaluation.Analysers;

/// <summary>The figures of a model that hides nothing, to be changed one by one.</summary>
internal static class SoundHealth
{
    public static ModelHealth Figures { get; } =
        new()
        {
            N = 256,
            Correct = 250,
            Forwards = 10_000,
            Gradients = 2_000,
            GradientReachesInput = true,
            InputGradients = [Gradients(2), Gradients(0) with { Loss = "margin" }],
            Agreement = new(250, 4, 0.001, 0.01),
            Stability = new(250, 20, 0.01, 0.04),
            Randomness = new(256, 5, 0, 0),
            Outputs = new(256, 0, 0, 0, 10, 30, 30),
            Batch = new(256, 16, 1e-6, 0),
            GradientMode = new(256, 0, 0),
            Scale = Scaled(10, 6),
            Convergence = new(200, 40, 10, 4, 0.02),
            Flatness = new(256, 0.001, 1, 0),
        };

    public static GradientHealth Gradients(int zero) => new("ce", GradientHealth.Start, 250, zero, 0);

    /// <summary>Broken with the scores multiplied alone, and as they are alone.</summary>
    public static ScaleHealth Scaled(int scaled, int plain) =>
        new(250, 20, 12, 0.125, 100, scaled, plain, 150 - scaled - plain);
}
