namespace Temper.Numerics;

/// <summary>What <see cref="NativeEnvironment.Prepare"/> did, for the manifest of a run.</summary>
/// <param name="Threads">The number of threads asked for; pass it to <c>torch.set_num_threads</c> after libtorch is loaded.</param>
/// <param name="BeforeLibtorch">
/// Whether libtorch was not loaded yet. When false, the thread variables came too late to be read; the allocator's settings hold.
/// </param>
/// <param name="Settings">The settings, in a fixed order; empty on systems other than Linux.</param>
public sealed record NativeSettings(int Threads, bool BeforeLibtorch, IReadOnlyList<NativeSetting> Settings);
