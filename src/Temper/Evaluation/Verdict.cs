namespace Temper.Evaluation;

/// <summary>What is known of an example over all inputs of its threat model.</summary>
public enum Verdict
{
    /// <summary>Neither proved nor broken.</summary>
    Unknown,

    /// <summary>Proved: no input of the threat model is misclassified.</summary>
    Certified,

    /// <summary>Broken: an input of the threat model is misclassified, and was found.</summary>
    Falsified,
}
