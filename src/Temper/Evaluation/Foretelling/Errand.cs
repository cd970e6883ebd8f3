using Temper.Attacks;

namespace Temper.Evaluation.Foretelling;

/// <summary>Work of an evaluation that is no attack of its cascade and no probe, as far as it can be foretold.</summary>
/// <param name="Stage">The stage under which it tells of its progress; the name of a probe for what that probe does elsewhere than on the model.</param>
/// <param name="Id">The attack it runs, whose pace is known where it ran before; empty for none.</param>
/// <param name="Examples">The examples it meets at most.</param>
/// <param name="Most">The most passes for one of them.</param>
/// <param name="Block">The physical size of its blocks.</param>
internal sealed record Errand(string Stage, string Id, double Examples, PassCeiling Most, int Block)
{
    /// <summary>Gets the seconds that an example takes besides passes.</summary>
    public double Besides { get; init; }

    /// <summary>The seconds of it all: passes, where a block that is not full takes as long as a full one, and what goes on besides.</summary>
    /// <param name="times">How long passes take.</param>
    /// <param name="pace">How much longer searches take than their passes.</param>
    public double Seconds(PassTimes times, double pace) =>
        (Math.Ceiling(Examples / Block) * Block * pace * times.Of(Most)) + (Examples * Besides);
}
