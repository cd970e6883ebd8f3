namespace Temper.Runs;

/// <summary>How a network was computed: with the threads, the block and the device it decides a run bit for bit.</summary>
/// <param name="Passes">The fast passes that were on: <c>fast</c>, <c>plain</c>, or some of them, comma-separated.</param>
/// <param name="Convolutions">The algorithm that computed the input gradient of each shape of convolution.</param>
public sealed record ManifestArithmetic(string Passes, IReadOnlyDictionary<string, string> Convolutions);
