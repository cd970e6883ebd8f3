namespace Temper.Evaluation;

/// <summary>Whether the evidence supports a claim.</summary>
public enum ClaimStatus
{
    /// <summary>It does not; the reasons say why.</summary>
    Refused,

    /// <summary>It does, in the words of the sentence and no others.</summary>
    Supported,
}
