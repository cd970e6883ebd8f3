namespace Temper.Runs;

/// <summary>Whether an evaluation also certifies its examples, and how.</summary>
public enum CertifyKind
{
    /// <summary>As the protocol says: intervals, then CROWN where that can pay, under standard and full; else nothing.</summary>
    Auto,

    /// <summary>Nothing is certified.</summary>
    None,

    /// <summary>Intervals alone.</summary>
    Ibp,

    /// <summary>Linear bounds on every example.</summary>
    Crown,

    /// <summary>The same, with slopes optimised for what is still open.</summary>
    AlphaCrown,
}
