using Temper.Threats;

namespace Temper.Training;

/// <summary>A training method that can train under a union of norms; the others take one norm and refuse a union.</summary>
/// <remarks>Under one norm such a method is what it would be under a union with this one member.</remarks>
public interface ITakesUnions
{
    /// <summary>What a step costs each example of its batch.</summary>
    /// <param name="threat">The union.</param>
    StepPasses PassesUnder(UnionThreat threat);
}
