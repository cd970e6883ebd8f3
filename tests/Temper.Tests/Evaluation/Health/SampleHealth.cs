using Temper.Evaluation.Health;

namespace Temper.Tests.Evaluation.Health;

/// <summary>Figures as an honest network gives them.</summary>
internal static class SampleHealth
{
    /// <summary>Gets figures of everything that can be measured.</summary>
    public static ModelHealth Honest { get; } =
        new()
        {
            N = 256,
            Correct = 250,
            Forwards = 40_000,
            Gradients = 20_000,
            Notes = ["a note"],
            GradientReachesInput = true,
            InputGradients = [new("ce", GradientHealth.Clean, 250, 0, 0), new("ce", GradientHealth.Start, 250, 0, 0)],
            Agreement = new(250, 4, 1e-3, 0.01),
            Stability = new(250, 20, 2 / 255.0, 0.01),
            Randomness = new(256, 5, 0, 0),
            Outputs = new(256, 0, 0, 0, 10, 30, 31),
            Batch = new(256, 32, 1e-6, 0),
            GradientMode = new(256, 0, 0),
            Scale = new(250, 20, 8, 0.125, 12, 1, 0, 237),
            Convergence = new(236, 40, 10, 5, 0.01),
            Flatness = new(256, 1e-5, 0, 0),
            Binarisation = new(250, 249, BinarisationHealth.Penultimate, 999, 100, 249, 200, 1),
        };
}
