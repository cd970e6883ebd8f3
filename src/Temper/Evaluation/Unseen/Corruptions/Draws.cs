using Temper.Numerics;

namespace Temper.Evaluation.Unseen.Corruptions;

/// <summary>The random numbers of one example: the k-th call gives the same numbers whatever happens to other examples.</summary>
internal sealed class Draws(Rng rng, long example)
{
    private uint _calls;

    public float[] Uniform(int count, float low = 0, float high = 1)
    {
        var numbers = new float[count];
        rng.FillUniform(numbers, [example], _calls++, 0, (low, high));
        return numbers;
    }

    public float[] Normal(int count)
    {
        var numbers = new float[count];
        rng.FillNormal(numbers, [example], _calls++, 0);
        return numbers;
    }
}
