using Temper.Certification.Curves;
using Temper.Certification.Maps;
using Temper.Models.Graphs;
using Temper.Models.Graphs.Ops;
using static TorchSharp.torch;

namespace Temper.Certification;

/// <summary>Rewrites a graph of operators as affine operators and curves; what depends on weights alone is computed once.</summary>
/// <param name="module">The network.</param>
/// <param name="type">The precision of the weights.</param>
internal sealed class GraphReader(GraphModule module, ScalarType type)
{
    private readonly Dictionary<int, int> _values = new() { [0] = 0 };
    private readonly Dictionary<int, Tensor> _stored = [];
    private readonly List<BoundStep> _steps = [];
    private readonly List<long[]> _shapes = [];

    /// <summary>Reads it; tensors of the result are outside the caller's dispose scope.</summary>
    /// <param name="rough">The same network in float32, which the result owns; null where this is it.</param>
    public (BoundGraph? Graph, string? Problem) Read(BoundGraph? rough = null)
    {
        var weights = module.Weights();
        for (var slot = 0; slot < weights.Length; slot++)
        {
            if (weights[slot] is { } weight)
            {
                _stored[slot] = weight.detach().to(type);
            }
        }
        var input = module.Graph.InputShape;
        _shapes.Add([input.Channels, input.Height, input.Width]);
        foreach (var step in module.Steps)
        {
            var problem = Array.TrueForAll(step.Inputs, _stored.ContainsKey) ? Store(step) : Translate(step);
            if (problem is not null)
            {
                _steps.ForEach(s => s.Op.Dispose());
                return (null, problem);
            }
        }
        return _values.TryGetValue(module.OutputSlot, out var output)
            ? (new BoundGraph(_steps, _shapes, output, rough), null)
            : (null, "its scores do not depend on the input");
    }

    private string? Store(GraphStep step)
    {
        _stored[step.Output] = step.Op.Apply([.. step.Inputs.Select(slot => _stored[slot])], training: false);
        return null;
    }

    private string? Translate(GraphStep step)
    {
        var variable = step
            .Inputs.Select((slot, place) => (slot, place))
            .Where(p => _values.ContainsKey(p.slot))
            .ToArray();
        var shape = _shapes[_values[variable[0].slot]];
        var output = step.Op.ShapeOf([.. step.Inputs.Select(ShapeOf)])[1..];
        var isFirst = variable is [(_, 0)];
        return step.Op switch
        {
            Conv conv when isFirst => Add(step, Convolution(conv, step, shape, output), output),
            Linear when isFirst => Add(step, new MatrixMap(Kept(step, 1), Bias(step, 2)), output),
            MatMul when isFirst => Add(
                step,
                new MatrixMap(Own(_stored[step.Inputs[1]].t().contiguous()), null),
                output
            ),
            BatchNorm norm when isFirst => Add(step, Norm(norm, step, shape), output),
            Arithmetic arithmetic => Calculate(arithmetic, step, variable.Length == 2, isFirst, output),
            Identity or Dropout or Flatten or Reshape => Add(step, new ReshapeMap(shape, output), output),
            Transpose or GlobalAveragePool => Add(step, Traced(step.Op, shape, Size(shape)), output),
            AveragePool pool => Add(step, Traced(pool, shape, Area(pool.Window)), output),
            Pad pad => Add(step, Padded(pad, shape), output),
            Concat concat when variable.Length == step.Inputs.Length => Add(
                step,
                new ConcatMap(concat.Axis, [.. step.Inputs.Select(slot => _shapes[_values[slot]][concat.Axis - 1])]),
                output
            ),
            MaxPool pool => Largest(pool, step, shape, output),
            Relu => Add(step, new KneeCurve(0), output),
            LeakyRelu { Slope: <= 1 } leaky => Add(step, new KneeCurve(leaky.Slope), output),
            Sigmoid => Add(step, new SigmoidCurve(isTanh: false), output),
            Tanh => Add(step, new SigmoidCurve(isTanh: true), output),
            Silu => Add(step, new SiluCurve(), output),
            _ => $"it holds the operator '{step.Op.Name}', of which bounds know nothing here",
        };
    }

    private string? Add(GraphStep step, BoundOp op, long[] output)
    {
        _values[step.Output] = Append(
            op,
            [.. step.Inputs.Where(_values.ContainsKey).Select(slot => _values[slot])],
            output
        );
        return null;
    }

    private int Append(BoundOp op, IReadOnlyList<int> inputs, long[] shape, (int, int)? larger = null)
    {
        _shapes.Add(shape);
        _steps.Add(new(op, inputs, _shapes.Count - 1) { LargerOf = larger });
        return _shapes.Count - 1;
    }

    private BoundOp Convolution(Conv conv, GraphStep step, long[] input, long[] output)
    {
        var (weight, bias) = (Kept(step, 1), Bias(step, 2));
        if (conv.Groups == 1)
        {
            return new ConvMap(conv, weight, bias, input, output);
        }
        var sizes = Own(weight.abs());
        var constant = bias is null ? null : Own(bias.view(1, -1, 1, 1).clone());
        return new TracedMap(
            x => conv.Apply([x, weight], training: false),
            x => conv.Apply([x, sizes], training: false),
            input,
            weight.shape[0] * Area(conv.Window),
            constant,
            [weight, sizes, .. bias is null ? (IDisposable[])[] : [bias]]
        );
    }

    private ScaleMap Norm(BatchNorm norm, GraphStep step, long[] shape)
    {
        long[] each = [1, -1, .. Enumerable.Repeat(1L, shape.Length - 1)];
        Tensor Of(int place) => _stored[step.Inputs[place]];
        var factor = Of(1) / (Of(4) + norm.Epsilon).sqrt();
        return new(Own(factor.view(each)), Own((Of(2) - (Of(3) * factor)).view(each)));
    }

    private string? Calculate(Arithmetic arithmetic, GraphStep step, bool isPair, bool isFirst, long[] output)
    {
        var kind = arithmetic.Kind;
        if (isPair)
        {
            var (a, b) = (_shapes[_values[step.Inputs[0]]], _shapes[_values[step.Inputs[1]]]);
            return kind is ArithmeticKind.Add or ArithmeticKind.Sub && a.SequenceEqual(b)
                ? Add(step, new SumMap(kind == ArithmeticKind.Add ? 1 : -1), output)
                : $"it holds the operator '{arithmetic.Name}' on two computed values of ({string.Join(", ", a)}) and ({string.Join(", ", b)}), of which bounds know nothing here";
        }
        var number = _stored[step.Inputs[isFirst ? 1 : 0]];
        var shape = _shapes[_values[step.Inputs[isFirst ? 0 : 1]]];
        if (
            !shape.SequenceEqual(output)
            || number.dim() > output.Length + 1
            || (kind == ArithmeticKind.Div && !isFirst)
        )
        {
            return $"it holds the operator '{arithmetic.Name}' in a form of which bounds know nothing here";
        }
        // Matched from the right, and one for all examples.
        number = number.view([.. Enumerable.Repeat(1L, output.Length + 1 - (int)number.dim()), .. number.shape]);
        var one = ones_like(number);
        return kind switch
        {
            ArithmeticKind.Add => Add(step, new ScaleMap(Own(one), Own(number.clone())), output),
            ArithmeticKind.Sub when isFirst => Add(step, new ScaleMap(Own(one), Own(-number)), output),
            ArithmeticKind.Sub => Add(step, new ScaleMap(Own(-one), Own(number.clone())), output),
            ArithmeticKind.Mul => Add(step, new ScaleMap(Own(number.clone()), null), output),
            _ => Add(step, new ScaleMap(Own(1 / number), null), output),
        };
    }

    private static TracedMap Traced(GraphOp op, long[] shape, long terms) =>
        new(x => op.Apply([x], training: false), x => op.Apply([x], training: false), shape, terms, null);

    private TracedMap Padded(Pad pad, long[] shape)
    {
        var bare = pad with { Value = 0 };
        var constant = pad.Value == 0 ? null : Own(pad.Apply([zeros([1, .. shape], type)], training: false));
        return new(x => bare.Apply([x], training: false), x => bare.Apply([x], training: false), shape, 1, constant);
    }

    /// <summary>The largest of a window, cell by cell: max(a, b) = a + relu(b − a), along rows and then along columns.</summary>
    private string? Largest(MaxPool pool, GraphStep step, long[] shape, long[] output)
    {
        var w = pool.Window;
        if (Math.Max(w.Top, w.Bottom) >= w.KernelHeight || Math.Max(w.Left, w.Right) >= w.KernelWidth)
        {
            return $"it holds the operator '{pool.Name}' with windows beyond the image, of which bounds know nothing here";
        }
        var value = _values[step.Inputs[0]];
        value = Reduced(value, [shape[0], shape[1], output[2]], 3, w.KernelWidth, w.StrideWidth, w.Left, shape[2]);
        value = Reduced(value, output, 2, w.KernelHeight, w.StrideHeight, w.Top, shape[1]);
        _values[step.Output] = value;
        return null;
    }

    private int Reduced(int value, long[] output, int axis, long kernel, long stride, long before, long side)
    {
        var cells = output[axis - 1];
        int Cell(long offset)
        {
            // A cell that was added at the border is as good as its neighbour inside, which every window holds that holds it.
            long[] places =
            [
                .. Enumerable.Range(0, (int)cells).Select(i => Math.Clamp((i * stride) - before + offset, 0, side - 1)),
            ];
            var index = Own(tensor(places));
            var map = new TracedMap(
                x => x.index_select(axis, index),
                x => x.index_select(axis, index),
                _shapes[value],
                kernel,
                null,
                index
            );
            return Append(map, [value], output);
        }
        var largest = Cell(0);
        for (var offset = 1L; offset < kernel; offset++)
        {
            var next = Cell(offset);
            var gain = Append(new KneeCurve(0), [Append(new SumMap(-1), [next, largest], output)], output);
            largest = Append(new SumMap(1), [largest, gain], output, (largest, next));
        }
        return largest;
    }

    private Tensor Kept(GraphStep step, int place) => Own(_stored[step.Inputs[place]].clone());

    private Tensor? Bias(GraphStep step, int place) => step.Inputs.Length > place ? Kept(step, place) : null;

    private long[] ShapeOf(int slot) =>
        _values.TryGetValue(slot, out var value) ? [1, .. _shapes[value]] : _stored[slot].shape;

    private static Tensor Own(Tensor tensor) => tensor.DetachFromDisposeScope();

    private static long Area(Window window) => window.KernelHeight * window.KernelWidth;

    private static long Size(long[] shape) => shape.Aggregate(1L, (a, b) => a * b);
}
