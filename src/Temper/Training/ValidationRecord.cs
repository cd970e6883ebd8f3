namespace Temper.Training;

/// <summary>Figures on validation examples, the only ones a choice may rest on.</summary>
/// <param name="Examples">The number of examples.</param>
/// <param name="Clean">Examples right when clean.</param>
/// <param name="Fgsm">Examples right under FGSM.</param>
/// <param name="Robust">Examples right under FGSM and the validation PGD.</param>
/// <param name="Pgd">Examples right under the validation PGD alone.</param>
public sealed record ValidationRecord(int Examples, int Clean, int Fgsm, int Robust, int Pgd)
{
    /// <summary>Gets how many clean examples get the answer that is given most often.</summary>
    public int MostAnswered { get; init; }

    /// <summary>Gets how many examples are of the class that is most frequent.</summary>
    public int MostFrequent { get; init; }

    /// <summary>Gets whether nearly every example gets one answer: nine tenths of what the most frequent class leaves over.</summary>
    internal bool IsCollapsed => MostAnswered >= MostFrequent + (0.9 * (Examples - MostFrequent));

    /// <summary>Gets the examples that provably stay right, where the training method knows a bound; null otherwise.</summary>
    public int? Proven { get; init; }

    /// <summary>Gets the examples by which the best weights are chosen: those proven where that is known, else those right under attack.</summary>
    public int Decisive => Proven ?? Robust;

    /// <summary>Gets the share right when clean.</summary>
    public double CleanRate => (double)Clean / Examples;

    /// <summary>Gets the share right under attack.</summary>
    public double RobustRate => (double)Robust / Examples;
}
