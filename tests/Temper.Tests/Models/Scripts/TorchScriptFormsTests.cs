using System.Text;
using Temper.Models.Scripts;

namespace Temper.Tests.Models.Scripts;

/// <summary>The scan knows the forms in which PyTorch writes the code of networks.</summary>
public sealed class TorchScriptFormsTests
{
    [Fact]
    public void Code_as_PyTorch_writes_it_is_taken()
    {
        // The forms of scripted and traced modules: state that is set, loops, branches, errors, functions in variables, constants.
        const string Layers = """
            op_version_set = 1
            class BatchNorm2d(Module):
              __parameters__ = ["weight", ]
              __buffers__ = ["running_mean", "num_batches_tracked", ]
              weight : Tensor
              running_mean : Optional[Tensor]
              num_batches_tracked : Tensor
              training : bool
              eps : Final[float] = 1.0000000000000001e-05
              def forward(self: __torch__.layers.BatchNorm2d,
                input: Tensor,
                momentum: float=0.10000000000000001) -> Tensor:
                _0 = __torch__.layers.batch_norm
                _1 = (self)._check_input_dim(input, )
                if self.training:
                  num_batches_tracked = self.num_batches_tracked
                  self.num_batches_tracked = torch.add(num_batches_tracked, 1)
                else:
                  pass
                weight = self.weight
                running_mean = self.running_mean
                if torch.__isnot__(running_mean, None):
                  mean0 = unchecked_cast(Tensor, running_mean)
                  mean = mean0
                else:
                  mean = uninitialized(Tensor)
                return _0(input, mean, weight, momentum, )
              def _check_input_dim(self: __torch__.layers.BatchNorm2d,
                input: Tensor) -> NoneType:
                if torch.ne(torch.dim(input), 4):
                  _2 = torch.format("expected 4D input (got {}D input)", torch.dim(input))
                  ops.prim.RaiseException(_2, "builtins.ValueError")
                else:
                  pass
                return None
            def batch_norm(input: Tensor,
                mean: Tensor,
                weight: Tensor,
                momentum: float) -> Tensor:
              sizes = torch.size(input)
              product = sizes[0]
              for i in range(torch.sub(torch.len(sizes), 2)):
                product = torch.mul(product, sizes[torch.add(i, 2)])
              _3 = ops.prim.NumToTensor(torch.size(input, 0))
              _4 = annotate(List[int], [int(_3), -1])
              _5 = [torch.neg(s) for s in sizes]
              first, second, = torch.chunk(input, 2, 1)
              _6 = torch._convolution(first, weight, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1, False, False, True, True)
              return torch.view(torch.sub(_6, CONSTANTS.c0), _4)

            """;
        var scan = TorchScriptScan.Read(
            new MemoryStream(ScriptSamples.Archive(("code/__torch__/layers.py", Encoding.ASCII.GetBytes(Layers)))),
            "layers.pt"
        );
        Assert.Equal(3, scan.Classes);
        Assert.Contains("torch._convolution", scan.Operators);
        Assert.Contains("ops.prim.NumToTensor", scan.Operators);
    }
}
