namespace Temper.Attacks;

/// <summary>What the options of every attack share.</summary>
public abstract record AttackOptions
{
    /// <summary>Gets the number of restarts; an example is broken if any restart breaks it.</summary>
    [System.ComponentModel.Description("number of restarts; an example is broken if any restart breaks it")]
    [System.ComponentModel.DataAnnotations.Range(1, 10_000)]
    public int Restarts { get; init; } = 1;
}
