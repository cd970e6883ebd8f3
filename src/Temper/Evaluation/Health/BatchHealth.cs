namespace Temper.Evaluation.Health;

/// <summary>How much an answer depends on the other examples of its batch: asked alone, in the batch, and among others in another order.</summary>
/// <param name="N">The examples.</param>
/// <param name="Alone">How many of them were also asked alone.</param>
/// <param name="MaxDifference">
/// The largest difference of two answers: the length of the difference of the scores, divided by the length of the scores less their
/// mean. Where that is below 1/128 of the largest score or of the median such length, 1/128 of these is taken. Batches of other sizes
/// are added up in another order, so a model without such a dependence gives about 1e-6, not 0. 1 where one answer is finite and the
/// other is not.
/// </param>
/// <param name="Changed">How many examples were not always given the same class.</param>
/// <remarks>Normalisation by the batch's own statistics at evaluation brings it about: an example's verdict then depends on its neighbours.</remarks>
public sealed record BatchHealth(int N, int Alone, double MaxDifference, int Changed);
