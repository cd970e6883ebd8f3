using Temper.Errors;

namespace Temper.Data.Readers;

/// <summary>Work on many files at once that still reports the same problem each time: the first in order.</summary>
internal static class FirstProblem
{
    /// <summary>Runs an action for 0 to count − 1 on all cores.</summary>
    /// <param name="count">How many times.</param>
    /// <param name="action">The action; what it throws must be a <see cref="DataException"/>.</param>
    /// <exception cref="DataException">The one that the lowest number caused.</exception>
    public static void InParallel(int count, Action<int> action)
    {
        var first = count;
        DataException? problem = null;
        Lock gate = new();
        Parallel.For(
            0,
            count,
            (i, loop) =>
            {
                if (i > Volatile.Read(ref first))
                {
                    return;
                }
                try
                {
                    action(i);
                }
                catch (DataException e)
                {
                    loop.Break();
                    lock (gate)
                    {
                        if (i < first)
                        {
                            (first, problem) = (i, e);
                        }
                    }
                }
            }
        );
        if (problem is not null)
        {
            throw new DataException(problem.Message, problem);
        }
    }
}
