using Temper.Evaluation;

namespace Temper.Workflow;

/// <summary>What is known about one example while the certification runs.</summary>
internal sealed class CertifiedExample(int index, int label)
{
    /// <summary>What decides a clean error.</summary>
    public const string Clean = "clean";

    private int _prediction;
    private Verdict _verdict;
    private string? _by;
    private double? _margin;
    private long _branches;
    private double _seconds;

    public int Index => index;

    public string? Point { get; private set; }

    public bool IsOpen => _verdict == Verdict.Unknown;

    public bool IsRight => _prediction == label && _by != Clean;

    public void SeeClean(JournalLine line, int row)
    {
        _prediction = line.Predictions[row];
        if (line.Broken[row])
        {
            (_verdict, _by) = (Verdict.Falsified, Clean);
        }
    }

    public void SeeBound(string method, double margin)
    {
        if (margin <= double.MinValue)
        {
            return;
        }
        _margin = Math.Max(_margin ?? margin, margin);
        if (margin > 0)
        {
            (_verdict, _by) = (Verdict.Certified, method);
        }
    }

    public void SeePoint(string attack, string point) => (_verdict, _by, Point) = (Verdict.Falsified, attack, point);

    public void SeeBranches(long branches, double seconds) => (_branches, _seconds) = (branches, seconds);

    public CertificateRow Row() => new(index, label, _prediction, _verdict, _by, _margin, _branches, _seconds);
}
