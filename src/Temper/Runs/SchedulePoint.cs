namespace Temper.Runs;

/// <summary>One corner of a piecewise linear schedule.</summary>
/// <param name="Fraction">The fraction of training done, from 0 to 1.</param>
/// <param name="LearningRate">The learning rate there, from 0.</param>
public readonly record struct SchedulePoint(double Fraction, double LearningRate)
{
    /// <summary>Reads <c>[0.4, 0.005]</c>.</summary>
    internal static SchedulePoint FromNode(ConfigNode node)
    {
        if (node.Kind != ConfigKind.Sequence || node.Items.Count != 2)
        {
            throw node.Unexpected("a pair [fraction of training, learning rate], such as [0.4, 0.005]");
        }
        var fraction = (double)ScalarValues.Read(node.Items[0], typeof(double));
        var rate = (double)ScalarValues.Read(node.Items[1], typeof(double));
        return fraction is < 0 or > 1 ? throw node.Items[0].Unexpected("a fraction of training from 0 to 1")
            : rate < 0 ? throw node.Items[1].Unexpected("a learning rate from 0")
            : new(fraction, rate);
    }

    /// <summary>The pair as a node.</summary>
    internal ConfigNode ToNode(string path) =>
        ConfigNode.Sequence(
            [ScalarValues.Write(Fraction, $"{path}[0]"), ScalarValues.Write(LearningRate, $"{path}[1]")],
            path: path
        );
}
