using Temper.Models;
using Temper.Numerics;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Attacks.Contract;

/// <summary>A model that counts for itself what passes through it, forwards and backwards, and can stop the attack.</summary>
internal sealed class Counted(IClassifier inner) : IClassifier
{
    /// <summary>Gets the rows that were scored; a piece filled up with repeats of its last row counts that row once.</summary>
    public long Forwards { get; private set; }

    /// <summary>Gets the rows that a gradient passed through, likewise.</summary>
    public long Gradients { get; private set; }

    /// <summary>Gets the calls.</summary>
    public int Calls { get; private set; }

    /// <summary>Gets or sets what is done at every call.</summary>
    public Action<int>? AtCall { get; set; }

    public string Kind => inner.Kind;

    public int Classes => inner.Classes;

    public InputShape Input => inner.Input;

    public PixelRange Range => inner.Range;

    public Access Access => inner.Access;

    public Device Device => inner.Device;

    public Tensor Logits(Tensor x)
    {
        var seen = Rows(x);
        Forwards += seen;
        Calls++;
        AtCall?.Invoke(Calls);
        if (!x.requires_grad)
        {
            return inner.Logits(x);
        }
        using var scope = NewDisposeScope();
        var watched = Watch.apply(x, (Action)(() => Gradients += seen));
        return inner.Logits(watched).MoveToOuterDisposeScope();
    }

    public void Reset() => (Forwards, Gradients, Calls) = (0, 0, 0);

    public ModeScope Enter(Mode mode) => inner.Enter(mode);

    public void Dispose() => inner.Dispose();

    private static long Rows(Tensor x)
    {
        var rows = (int)x.shape[0];
        if (rows == Temper.Attacks.AttackContext.Piece)
        {
            var values = Tensors.ToArray<float>(x);
            var width = values.Length / rows;
            while (rows > 1 && Row(rows - 1).SequenceEqual(Row(rows - 2)))
            {
                rows--;
            }

            ReadOnlySpan<float> Row(int row) => values.AsSpan(row * width, width);
        }
        return rows;
    }

    /// <summary>The identity, which tells when a gradient comes back through it.</summary>
    private sealed class Watch : autograd.SingleTensorFunction<Watch>
    {
        public override string Name => "watch";

        public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
        {
            context.save_data("seen", arguments[1]);
            return ((Tensor)arguments[0]).alias();
        }

        public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
        {
            ((Action)context.get_data("seen")!)();
            return [gradient.alias(), null!];
        }
    }
}
