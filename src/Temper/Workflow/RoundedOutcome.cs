namespace Temper.Workflow;

/// <summary>What is left of the points of an attack as 8-bit values.</summary>
/// <param name="Broken">The examples broken by a legal point of bytes, clean errors included.</param>
/// <param name="Outside">The examples whose point left the ball when it was rounded, and which so count as not broken.</param>
/// <param name="Between">The examples whose clean input has values between bytes: only their points can leave the ball.</param>
public sealed record RoundedOutcome(int Broken, int Outside, int Between);
