using Temper.Threats;

namespace Temper.Attacks;

/// <summary>One example's side of a search that asks the model for verdicts: its clean input, its draws, its answers, what it has found.</summary>
/// <remarks>A search hands out points, row-major, and finds in <see cref="Wrong"/> whether the model gets each of them wrong.</remarks>
internal sealed class Inquiry
{
    private readonly AttackContext _context;
    private readonly int[] _row;
    private int _draws;

    /// <summary>Opens the inquiry of one row.</summary>
    public Inquiry(AttackContext context, int row, float[] clean, int queries, BoundaryGeometry geometry)
    {
        (_context, _row, Clean, Left, Geometry) = (context, [row], clean, queries, geometry);
        Best = clean;
        Distance = double.PositiveInfinity;
    }

    /// <summary>Gets the row of the batch.</summary>
    public int Row => _row[0];

    /// <summary>Gets the clean input.</summary>
    public float[] Clean { get; }

    /// <summary>Gets the geometry of the threat.</summary>
    public BoundaryGeometry Geometry { get; }

    /// <summary>Gets the queries that may still be asked.</summary>
    public int Left { get; private set; }

    /// <summary>Gets the answers to the points handed out last.</summary>
    public bool[] Wrong { get; private set; } = [];

    /// <summary>Gets the nearest wrong point; the clean input where none is known.</summary>
    public float[] Best { get; private set; }

    /// <summary>Gets the distance of <see cref="Best"/>; infinite where nothing is known.</summary>
    public double Distance { get; private set; }

    /// <summary>Gets the wrong point where the last bisection ended.</summary>
    public float[] Edge { get; private set; } = [];

    /// <summary>Keeps a point the model was seen to get wrong, if it is nearer than the best.</summary>
    /// <param name="point">The point; handed over.</param>
    public void Keep(float[] point)
    {
        var distance = Geometry.Distance(Clean, point);
        if (distance < Distance)
        {
            (Best, Distance) = (point, distance);
        }
    }

    /// <summary>Uniform draws in [0, 1), others at each call.</summary>
    public float[] Uniforms(int count) => _context.Draws(_row, count, _draws++);

    /// <summary>Standard normal draws, others at each call; zero for values that may not change.</summary>
    /// <param name="into">Overwritten; some inputs, row-major.</param>
    public void Normals(float[] into)
    {
        _context.Normals(_row, _draws++, into);
        _context.Threat.Budgets?.Silence(into.AsSpan());
    }

    /// <summary>Gives values that may not change their clean ones.</summary>
    /// <param name="points">Points, row-major, overwritten.</param>
    public void Pin(float[] points) => _context.Threat.Budgets?.Pin(points, Clean);

    /// <summary>Takes the answers to some points.</summary>
    public void Hear(bool[] wrong)
    {
        Wrong = wrong;
        Left -= wrong.Length;
    }

    /// <summary>Halves the way from a wrong point to the clean input, until the distances of a wrong and of a right point differ by a share.</summary>
    /// <param name="wrong">The wrong point.</param>
    /// <param name="tolerance">The share.</param>
    public IEnumerable<float[]> Bisect(float[] wrong, double tolerance)
    {
        var (nearest, low, high) = (wrong, 0.0, Geometry.Distance(Clean, wrong));
        while (Left > 0 && high - low > tolerance * high)
        {
            var middle = (low + high) / 2;
            var point = new float[Clean.Length];
            Geometry.Pull(Clean, wrong, middle, point);
            yield return point;
            if (Wrong[0])
            {
                (nearest, high) = (point, middle);
            }
            else
            {
                low = middle;
            }
        }
        Edge = nearest;
        Keep(nearest);
    }
}
