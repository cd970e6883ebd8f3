using Temper.Models;
using Temper.Threats;
using static TorchSharp.torch;

namespace Temper.Tests.Kit;

/// <summary>A model that shows the class it predicts and nothing else: its scores are one for that class, and zero.</summary>
internal sealed class LabelsOnly(IClassifier inner) : IClassifier
{
    public string Kind => "labels";

    public int Classes => inner.Classes;

    public InputShape Input => inner.Input;

    public PixelRange Range => inner.Range;

    public Access Access => Access.Labels;

    public Device Device => inner.Device;

    public Tensor Logits(Tensor x)
    {
        Assert.False(x.requires_grad);
        using var scope = NewDisposeScope();
        var scores = inner.Logits(x);
        var shown = nn.functional.one_hot(scores.argmax(1), Classes).to(ScalarType.Float32);
        return shown.masked_fill(scores.isnan().any(1, keepdim: true), double.NaN).MoveToOuterDisposeScope();
    }

    public ModeScope Enter(Mode mode) => inner.Enter(mode);

    public void Dispose() => inner.Dispose();
}
