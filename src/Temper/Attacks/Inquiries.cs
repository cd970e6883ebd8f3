using Temper.Numerics;
using static TorchSharp.torch;

namespace Temper.Attacks;

/// <summary>Leads the searches of all examples of a batch at once: each is written for itself, and the model is asked in whole pieces.</summary>
/// <remarks>No search learns of another, so an example goes its way whatever is attacked with it.</remarks>
internal static class Inquiries
{
    /// <summary>The searches that go on at once, for the sake of memory: each may hand out many points.</summary>
    private const int AtOnce = 32;

    /// <summary>Runs the searches.</summary>
    /// <param name="context">The batch; its threat knows a geometry of boundaries.</param>
    /// <param name="queries">The queries of one example.</param>
    /// <param name="search">The search of one example, from a point known to be right: it hands out at most as many points as are left.</param>
    /// <returns>Per example the nearest wrong point; the clean input where that is wrong, or where nothing was found. The caller owns it.</returns>
    public static Tensor Run(AttackContext context, int queries, Func<Inquiry, IEnumerable<float[]>> search)
    {
        var points = Tensors.ToArray<float>(context.Clean);
        var firsts = context.FirstRows();
        if (firsts.Length > 0)
        {
            var width = points.Length / firsts.Length;
            var inquiries = firsts
                .Distinct()
                .ToDictionary(
                    row => row,
                    row => new Inquiry(
                        context,
                        row,
                        points.AsSpan(row * width, width).ToArray(),
                        queries,
                        context.Threat.Boundary!
                    )
                );
            Lead(context, [.. inquiries.Values], search, width);
            for (var row = 0; row < firsts.Length; row++)
            {
                inquiries[firsts[row]].Best.CopyTo(points.AsSpan(row * width));
            }
        }
        return tensor(points, context.Clean.shape, device: context.Clean.device);
    }

    private static void Lead(
        AttackContext context,
        Inquiry[] inquiries,
        Func<Inquiry, IEnumerable<float[]>> search,
        int width
    )
    {
        List<(Inquiry Inquiry, IEnumerator<float[]> Turns)> active =
        [
            .. inquiries.Select(i => (i, Whole(i, search).GetEnumerator())),
        ];
        while (active.Count > 0)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var asking = new Asking(context, width);
            List<(Inquiry Inquiry, IEnumerator<float[]> Turns)> going = [];
            foreach (var some in active.Chunk(AtOnce))
            {
                foreach (var (turn, moved) in some.Zip(Moved(some)))
                {
                    if (moved)
                    {
                        asking.Add(turn.Inquiry, turn.Turns.Current);
                        going.Add(turn);
                    }
                }
            }
            asking.Finish();
            active = going;
        }
    }

    /// <summary>Lets some searches go on to their next question; none touches what is another's, so that threads may share them.</summary>
    private static bool[] Moved((Inquiry Inquiry, IEnumerator<float[]> Turns)[] some)
    {
        var moved = new bool[some.Length];
        ThreadTeam.Run(
            some.Length / 2,
            (member, members) =>
            {
                for (var i = some.Length * member / members; i < some.Length * (member + 1) / members; i++)
                {
                    var (inquiry, turns) = some[i];
                    moved[i] = turns.MoveNext();
                    if (moved[i])
                    {
                        inquiry.Pin(turns.Current);
                    }
                }
            }
        );
        return moved;
    }

    /// <summary>The clean input first: where it is wrong, nothing is nearer.</summary>
    private static IEnumerable<float[]> Whole(Inquiry inquiry, Func<Inquiry, IEnumerable<float[]>> search)
    {
        yield return inquiry.Clean;
        if (inquiry.Wrong[0])
        {
            yield break;
        }
        foreach (var points in search(inquiry))
        {
            yield return points;
        }
    }

    /// <summary>Collects the points of several examples and asks for a piece as soon as it is full.</summary>
    private sealed class Asking(AttackContext context, int width)
    {
        private readonly float[] _points = new float[AttackContext.Piece * width];
        private readonly List<(bool[] Answers, int Place, int Row)> _open = [];
        private readonly List<(Inquiry Inquiry, bool[] Answers)> _heard = [];

        public void Add(Inquiry inquiry, float[] points)
        {
            var answers = new bool[points.Length / width];
            for (var i = 0; i < answers.Length; i++)
            {
                points.AsSpan(i * width, width).CopyTo(_points.AsSpan(_open.Count * width));
                _open.Add((answers, i, inquiry.Row));
                if (_open.Count == AttackContext.Piece)
                {
                    Ask();
                }
            }
            _heard.Add((inquiry, answers));
        }

        public void Finish()
        {
            if (_open.Count > 0)
            {
                Ask();
            }
            foreach (var (inquiry, answers) in _heard)
            {
                inquiry.Hear(answers);
            }
        }

        private void Ask()
        {
            var wrong = context.Wrong(_points.AsSpan(0, _open.Count * width), [.. _open.Select(o => o.Row)]);
            for (var i = 0; i < wrong.Length; i++)
            {
                _open[i].Answers[_open[i].Place] = wrong[i];
            }
            _open.Clear();
        }
    }
}
