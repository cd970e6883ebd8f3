using Temper.Attacks;
using Temper.Data;

namespace Temper.Evaluation.Unseen;

/// <summary>One thing that is tried on a batch.</summary>
/// <param name="Id">The attack's id; empty where inputs are changed and looked at only.</param>
/// <param name="Most">The most passes for one example.</param>
/// <param name="Try">Tries it.</param>
internal sealed record UnseenStep(string Id, PassCeiling Most, Func<Batch, CancellationToken, UnseenTrial> Try);
