using TorchSharp;

namespace Temper.Tests.Kit;

/// <summary>Fails when more tensors live at its end than at its start. Finalizers run before, not after, so a forgotten tensor shows.</summary>
internal sealed class LeakGuard : IDisposable
{
    private readonly long _before;

    public LeakGuard()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        _before = torch.Tensor.TotalCount;
    }

    public void Dispose() => Assert.Equal(_before, torch.Tensor.TotalCount);
}
