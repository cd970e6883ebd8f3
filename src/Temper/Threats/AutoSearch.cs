using static TorchSharp.torch;

namespace Temper.Threats;

/// <summary>What a search with step sizes of its own starts from. All tensors are borrowed.</summary>
/// <param name="Region">The legal points.</param>
/// <param name="Centre">The clean inputs.</param>
/// <param name="Start">The start, legal.</param>
/// <param name="StartLoss">The loss there, per example.</param>
/// <param name="Steps">All steps of the search.</param>
/// <param name="Rho">The share of rising steps below which a step is halved, where steps are halved.</param>
/// <param name="IsContinued">Whether the start is what another search of the same attack has found.</param>
internal sealed record AutoSearch(
    ThreatRegion Region,
    Tensor Centre,
    Tensor Start,
    float[] StartLoss,
    int Steps,
    double Rho,
    bool IsContinued
);
