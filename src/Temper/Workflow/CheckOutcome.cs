namespace Temper.Workflow;

/// <summary>What one check of <see cref="ClaimVerification"/> came to.</summary>
public enum CheckOutcome
{
    /// <summary>All is as it must be.</summary>
    Passed,

    /// <summary>It could not be made: what it needs was not there, and need not be.</summary>
    NotChecked,

    /// <summary>Something is otherwise than it must be.</summary>
    Failed,
}
