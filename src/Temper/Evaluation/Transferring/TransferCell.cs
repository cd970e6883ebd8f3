namespace Temper.Evaluation.Transferring;

/// <summary>Points crafted on one network and submitted to another, or to itself.</summary>
/// <param name="From">The network they were crafted on, by its place in the list; 0 is the model evaluated.</param>
/// <param name="To">The network they were submitted to.</param>
/// <param name="N">The examples that both get right without an attack.</param>
/// <param name="Broken">Those of them that the second gets wrong at the point.</param>
internal sealed record TransferCell(int From, int To, int N, int Broken);
