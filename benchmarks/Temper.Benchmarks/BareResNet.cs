using static TorchSharp.torch;

namespace Temper.Benchmarks;

/// <summary>The network of <c>resnet-cifar</c> with depth 8, written with TorchSharp's own modules.</summary>
internal sealed class BareResNet : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _stem = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding: 1, bias: false),
        nn.BatchNorm2d(16),
        nn.ReLU()
    );

    private readonly Block[] _blocks = [new(16, 16, 1), new(16, 32, 2), new(32, 64, 2)];
    private readonly nn.Module<Tensor, Tensor> _scores = nn.Linear(64, 10);

    public BareResNet()
        : base(nameof(BareResNet))
    {
        register_module("stem", _stem);
        for (var i = 0; i < _blocks.Length; i++)
        {
            register_module($"block{i}", _blocks[i]);
        }
        register_module("scores", _scores);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = _stem.call((input - 0.5f) / 0.25f);
        foreach (var block in _blocks)
        {
            x = block.call(x);
        }
        return _scores.call(x.mean([2, 3])).MoveToOuterDisposeScope();
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _inner;
        private readonly nn.Module<Tensor, Tensor>? _shortcut;

        public Block(int from, int to, int stride)
            : base(nameof(Block))
        {
            _inner = nn.Sequential(
                nn.Conv2d(from, to, 3, stride: stride, padding: 1, bias: false),
                nn.BatchNorm2d(to),
                nn.ReLU(),
                nn.Conv2d(to, to, 3, padding: 1, bias: false),
                nn.BatchNorm2d(to)
            );
            register_module("inner", _inner);
            if (from != to)
            {
                _shortcut = nn.Sequential(nn.Conv2d(from, to, 1, stride: stride, bias: false), nn.BatchNorm2d(to));
                register_module("shortcut", _shortcut);
            }
        }

        public override Tensor forward(Tensor input) =>
            nn.functional.relu(_inner.call(input) + (_shortcut?.call(input) ?? input));
    }
}
