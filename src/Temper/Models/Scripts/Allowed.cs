namespace Temper.Models.Scripts;

/// <summary>The allow-list: what the code of a network may name. Tensor arithmetic and shapes; no files, processes, threads, profilers, random numbers.</summary>
internal static class Allowed
{
    /// <summary>Operators, as <c>torch.NAME</c> or as a method of a tensor, list, dictionary or string.</summary>
    public static readonly HashSet<string> Operators = Split(
        // Layers.
        """
        conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d convolution _convolution linear bilinear
        batch_norm instance_norm layer_norm group_norm rms_norm local_response_norm embedding
        max_pool1d max_pool2d max_pool3d max_pool2d_with_indices avg_pool1d avg_pool2d avg_pool3d adaptive_avg_pool1d
        adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d lp_pool2d
        dropout dropout_ feature_dropout alpha_dropout scaled_dot_product_attention
        pad constant_pad_nd reflection_pad1d reflection_pad2d replication_pad1d replication_pad2d
        pixel_shuffle pixel_unshuffle channel_shuffle upsample_nearest2d upsample_bilinear2d upsample_bicubic2d
        interpolate __interpolate grid_sampler affine_grid_generator im2col col2im unfold fold
        """,
        // Activations.
        """
        relu relu_ relu6 relu6_ leaky_relu leaky_relu_ prelu elu elu_ selu selu_ celu celu_ gelu silu silu_ mish mish_
        sigmoid sigmoid_ tanh tanh_ softmax log_softmax softplus softsign hardtanh hardtanh_ hardsigmoid hardswish
        hardswish_ hardshrink softshrink threshold threshold_ log_sigmoid logsigmoid glu swish
        """,
        // Arithmetic.
        """
        add add_ sub sub_ subtract rsub mul mul_ multiply div div_ divide true_divide floor_divide remainder fmod matmul mm
        bmm mv dot addmm addmv baddbmm addcmul addcdiv einsum outer tensordot neg neg_ negative pow pow_ square sqrt sqrt_
        rsqrt exp exp_ expm1 log log2 log10 log1p abs abs_ absolute sign sgn floor ceil round trunc frac reciprocal erf
        sin cos tan asin acos atan atan2 sinh cosh clamp clamp_ clamp_min clamp_max clip clip_ lerp hypot logaddexp
        minimum maximum fmin fmax nan_to_num floordiv
        """,
        // Comparison and logic.
        """
        eq ne lt le gt ge equal isclose allclose isnan isinf isfinite logical_and logical_or logical_not logical_xor
        bitwise_and bitwise_or bitwise_not bitwise_xor where masked_fill masked_fill_ any all
        __is__ __isnot__ __not__ __contains__ __and__ __or__ __xor__ __getitem__ __range_length __derive_index
        """,
        // Reductions.
        """
        sum mean std var std_mean var_mean prod min max amin amax aminmax argmin argmax median logsumexp norm
        linalg_norm linalg_vector_norm frobenius_norm cumsum cumprod count_nonzero topk sort argsort kthvalue dist
        cosine_similarity
        """,
        // Shapes.
        """
        flatten unflatten reshape reshape_as view view_as permute transpose transpose_ t swapaxes movedim squeeze
        squeeze_ unsqueeze unsqueeze_ expand expand_as repeat repeat_interleave tile cat concat stack hstack vstack chunk
        split split_with_sizes unbind select slice narrow index index_select gather scatter scatter_ scatter_add take
        take_along_dim flip roll rot90 contiguous clone detach size dim numel sym_size tril triu diag diagonal meshgrid
        broadcast_to broadcast_tensors ravel
        """,
        // New tensors and types.
        """
        zeros ones full empty zeros_like ones_like full_like empty_like arange linspace eye tensor as_tensor scalar_tensor
        to type_as float double half bfloat16 int long short bool fill_ zero_ copy_ one_hot new_zeros new_ones new_full
        is_floating_point item Int Float Bool IntImplicit FloatImplicit ScalarImplicit cpu
        """,
        // Lists, dictionaries, text.
        "len list append keys values items format Delete"
    );

    /// <summary>Paths below <c>ops</c>, libtorch's door to every operator there is.</summary>
    public static readonly HashSet<string> Ops = Split(
        "ops.prim.RaiseException ops.prim.NumToTensor ops.prim.TupleIndex ops.prim.is_cuda ops.prim.data ops.prim.unchecked_unwrap_optional"
    );

    /// <summary>Attributes of values that are no operators.</summary>
    public static readonly HashSet<string> Attributes = Split(
        "shape dtype device layout ndim is_cuda requires_grad T mT"
    );

    /// <summary>Keywords, types and constants.</summary>
    public static readonly HashSet<string> Words = Split(
        """
        def return if elif else for while in is not and or pass break continue assert raise None True False inf nan infj nanj
        Tensor List Optional Tuple Dict Union Final NoneType Any Device number int float bool str complex Exception AssertionError
        """
    );

    /// <summary>Functions of the language that change nothing.</summary>
    public static readonly HashSet<string> Builtins = Split(
        "annotate unchecked_cast uninitialized range isinstance len min max abs"
    );

    /// <summary>Names that stand for one thing only.</summary>
    public static readonly HashSet<string> Reserved = Split(
        "torch ops CONSTANTS __torch__ getattr annotate unchecked_cast uninitialized"
    );

    /// <summary>Names that are refused even for local values.</summary>
    public static readonly HashSet<string> Never = Split(
        """
        print fork awaitable rpc_async rpc_sync rpc_remote hasattr setattr delattr eval exec open compile globals locals
        import from with as try except finally global nonlocal lambda yield async await del class
        """
    );

    private static HashSet<string> Split(params string[] lists) =>
        [.. lists.SelectMany(list => list.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))];
}
