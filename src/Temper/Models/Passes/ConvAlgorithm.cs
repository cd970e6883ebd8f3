namespace Temper.Models.Passes;

/// <summary>The ways to compute the gradient of a convolution with respect to its input; all exact.</summary>
public enum ConvAlgorithm
{
    /// <summary>Transposed convolution, what autograd does; fits every convolution.</summary>
    Transposed,

    /// <summary>A convolution with the mirrored kernel; stride 1 only.</summary>
    Mirrored,

    /// <summary>One convolution that computes all phases of a strided one, and an interleaving of them (Shi et al. 2016); equal strides.</summary>
    SubPixel,

    /// <summary>A matrix product and the sum of the overlapping windows it yields; float32 on a CPU.</summary>
    Fold,
}
