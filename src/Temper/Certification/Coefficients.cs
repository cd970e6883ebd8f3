using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>Linear functions of one value of a network, a row each, which belong to examples.</summary>
/// <param name="Values">The coefficients: (P, shape of the value), or (P, C, h, w) for those within a window alone.</param>
/// <param name="Owner">The example of each row, int64 (P).</param>
/// <param name="Only">The example of all rows, where it is one alone: what is known of it is repeated instead of copied.</param>
/// <param name="Place">Where the windows lie; null where the coefficients cover the whole value.</param>
internal sealed record Coefficients(Tensor Values, Tensor Owner, long? Only = null, WindowPlace? Place = null)
{
    /// <summary>Other coefficients in the same place.</summary>
    public Coefficients With(Tensor values) => this with { Values = values };

    /// <summary>What is known of the value's numbers, laid out as the coefficients are, or (1, …) where it is the same for all rows.</summary>
    /// <param name="numbers">Of shape (N, shape) per example, or (1, …) the same for all, repeated where a side is 1.</param>
    public Tensor Gather(Tensor numbers)
    {
        if (Only is { } one && numbers.shape[0] > 1)
        {
            numbers = numbers.narrow(0, one, 1);
        }
        if (Place is null)
        {
            return numbers.shape[0] == 1 ? numbers : numbers.index_select(0, Owner);
        }
        return Place.Gather(numbers, Owner);
    }

    /// <summary>The sums of the magnitudes of each row.</summary>
    public Tensor Sizes()
    {
        using var noGrad = no_grad();
        return Values.detach().flatten(1).norm(1, false, 1);
    }

    /// <summary>Σ of each row times numbers of <see cref="Gather"/>'s kind.</summary>
    public Tensor Dot(Tensor numbers) => Sum(Values, Gather(numbers));

    /// <summary>Σ of each row of numbers times another's, without a tensor of the products.</summary>
    /// <param name="values">(P, …).</param>
    /// <param name="numbers">Of the same shape, repeated where a side is 1.</param>
    public static Tensor Sum(Tensor values, Tensor numbers)
    {
        long[] shape = [numbers.shape[0], .. values.shape[1..]];
        var other = numbers.expand(shape).flatten(1);
        return shape[0] == 1
            ? values.flatten(1).matmul(other.squeeze(0))
            : values.flatten(1).unsqueeze(1).matmul(other.unsqueeze(2)).flatten();
    }

    /// <summary>The same functions with coefficients for the whole value.</summary>
    public Coefficients Whole() => Place is null ? this : new(Place.Spread(Values), Owner, Only);

    /// <summary>Adds functions of a value to those there are.</summary>
    /// <param name="open">By value.</param>
    /// <param name="value">The value.</param>
    /// <param name="rows">The functions.</param>
    public static void Put(Dictionary<int, Coefficients> open, int value, Coefficients rows) =>
        open[value] = open.TryGetValue(value, out var other) ? Sum(other, rows) : rows;

    /// <summary>The sum of two functions row by row.</summary>
    public static Coefficients Sum(Coefficients a, Coefficients b)
    {
        if (a.Place is null || b.Place is null)
        {
            return a.Whole() with { Values = a.Whole().Values + b.Whole().Values };
        }
        var (place, left, right) = WindowPlace.Union(a.Place, b.Place, (int)a.Values.shape[2], (int)b.Values.shape[2]);
        return place is null
            ? Sum(a.Whole(), b.Whole())
            : new(nn.functional.pad(a.Values, left) + nn.functional.pad(b.Values, right), a.Owner, a.Only, place);
    }
}
