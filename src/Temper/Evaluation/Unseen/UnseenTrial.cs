namespace Temper.Evaluation.Unseen;

/// <summary>What one step of an unseen threat did to each row of a batch.</summary>
internal readonly record struct UnseenTrial(int[] Predictions, bool[] Wrong, long[] Forwards, long[] Gradients);
