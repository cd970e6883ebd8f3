namespace Temper.Certification;

/// <summary>How bounds of scores are found, from the cheapest to the closest.</summary>
public enum BoundMethod
{
    /// <summary>Interval by interval (Gowal et al. 2018).</summary>
    Interval,

    /// <summary>Linear bounds carried backward (Zhang et al. 2018, CROWN).</summary>
    Crown,

    /// <summary>The same with slopes optimised for the question (Xu et al. 2021, α-CROWN).</summary>
    AlphaCrown,

    /// <summary>Branch and bound on units that may be on or off (Wang et al. 2021, β-CROWN), within a time limit.</summary>
    Complete,
}
