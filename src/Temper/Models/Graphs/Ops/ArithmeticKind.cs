namespace Temper.Models.Graphs.Ops;

/// <summary>The operations of <see cref="Arithmetic"/>.</summary>
public enum ArithmeticKind
{
    /// <summary>a + b.</summary>
    Add,

    /// <summary>a − b.</summary>
    Sub,

    /// <summary>a · b.</summary>
    Mul,

    /// <summary>a / b.</summary>
    Div,
}
