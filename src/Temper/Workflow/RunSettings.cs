namespace Temper.Workflow;

/// <summary>The settings that decide, with the inputs, what a run computes bit for bit.</summary>
/// <param name="Seed">The root seed.</param>
/// <param name="Threads">The number of threads libtorch works with.</param>
/// <param name="Block">The physical block size of evaluations.</param>
/// <param name="Device">The device's name.</param>
internal readonly record struct RunSettings(ulong Seed, int Threads, int Block, string Device);
