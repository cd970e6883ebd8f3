using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Temper.Certification;
using Temper.Errors;
using Temper.Evaluation;
using Temper.Numerics;
using Temper.Runs;
using Temper.Serialization;

namespace Temper.Workflow;

/// <summary>
/// The lower end of an evaluation's bracket: certifies its examples before they are attacked, and watches that no attack breaks what
/// was certified.
/// </summary>
internal sealed class EvaluationBounds : IDisposable
{
    private const string Stopped =
        "one of the two is wrong, and the evaluation stopped. Do not use the certificates, and report it with both files.";

    private readonly EvaluationRequest _request;
    private readonly BoundMethod _method;
    private readonly Certifier? _certifier;
    private readonly CounterexampleCheck? _check;
    private Dictionary<long, CertificateRow> _certified = [];

    private EvaluationBounds(EvaluationRequest request, BoundMethod method)
    {
        (_request, _method) = (request, method);
        var problem = Certifier.Knows(request.Threat)
            ? null
            : $"there are bounds under linf and l2 without a goal, and the threat is {request.Threat.Text}";
        if (problem is null)
        {
            _certifier = request.Bounds ?? Certifier.Of(request.Model.Classifier);
            _check = new(request.Model.Classifier, request.Set, request.Threat, _certifier);
            problem = _certifier.Problem;
        }
        Card = new(CertificationRun.NameOf(method), CertificationRun.Rounded) { Problem = problem };
    }

    private bool IsThrifty => _request.Certify == CertifyKind.Auto;

    private string JournalPath => Path.Combine(_request.Folder, RunFolder.CertifyJournal);

    /// <summary>Gets what the manifest says of it: before it ran what was asked for, then with what was left untried.</summary>
    public ManifestCertification Card { get; private set; }

    /// <summary>The bounds that an evaluation asks for; null for none.</summary>
    public static EvaluationBounds? Of(EvaluationRequest request) =>
        request.Certify switch
        {
            CertifyKind.Auto when request.Protocol is { Certifies: true } => new(request, BoundMethod.Crown),
            CertifyKind.Ibp => new(request, BoundMethod.Interval),
            CertifyKind.Crown => new(request, BoundMethod.Crown),
            CertifyKind.AlphaCrown => new(request, BoundMethod.AlphaCrown),
            _ => null,
        };

    /// <summary>Removes what an earlier evaluation in the folder left, that was interrupted and asked for more.</summary>
    public static void Forget(string folder)
    {
        File.Delete(Path.Combine(folder, RunFolder.Certificates));
        Violation.Forget(folder);
    }

    /// <summary>Refuses a journal of another certification, and changes nothing.</summary>
    /// <param name="identity">A hash of what the evaluation is.</param>
    /// <exception cref="DataException">The journal in the folder belongs to another, or cannot be read.</exception>
    public void CheckJournal(string identity)
    {
        if (Card.Problem is null)
        {
            Journal.Check(JournalPath, Identity(identity));
        }
    }

    /// <summary>Certifies and writes <c>certificates.csv</c>; nothing where there are no bounds.</summary>
    /// <param name="indices">The examples.</param>
    /// <param name="rng">The evaluation's stream.</param>
    /// <param name="identity">A hash of what the evaluation is.</param>
    /// <param name="progress">Told after every block.</param>
    /// <param name="cancellation">Stops between blocks; the journal keeps what is done.</param>
    public void Run(
        IReadOnlyList<int> indices,
        Rng rng,
        string identity,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (Card.Problem is not null)
        {
            return;
        }
        using var journal = Journal.Open(JournalPath, Identity(identity), _request.Resume);
        var stages = new CertificationStages(
            new()
            {
                Model = _request.Model,
                Set = _request.Set,
                Threat = _request.Threat,
                Method = _method,
                Attacks = [],
                Block = _request.Block,
                Threads = _request.Threads,
                Folder = _request.Folder,
                IsThrifty = IsThrifty,
            },
            indices,
            _certifier!,
            journal,
            rng,
            progress is null ? null : new Part(progress),
            cancellation
        );
        var rows = stages.Run();
        CertificatesCsv.Write(Path.Combine(_request.Folder, RunFolder.Certificates), rows);
        _certified = rows.Where(r => r.Verdict == Verdict.Certified).ToDictionary(r => r.Index);
        Card = Card with { Remark = stages.Remark, Seconds = stages.BoundSeconds };
    }

    /// <summary>Told of a point that broke an example: where that was certified, the two are held against each other.</summary>
    /// <param name="attack">Who broke it.</param>
    /// <param name="line">The block.</param>
    /// <param name="row">The example's place in it.</param>
    /// <exception cref="CertificateViolationException">They contradict each other; both witnesses are in the folder then.</exception>
    public void See(string attack, JournalLine line, int row)
    {
        if (_certified.GetValueOrDefault(line.Indices[row]) is not { } certificate)
        {
            return;
        }
        var point = PointText.Read(line.Points[row], _request.Set.ValuesPerExample);
        var scores = _check!.Score(line.Indices[row], point);
        if (!scores.Contradicts)
        {
            return;
        }
        var violation = Violation.Of(_request, Card, certificate, attack, line, row, scores);
        violation.Write(_request.Folder, [_request.Set.Channels, _request.Set.Height, _request.Set.Width], point);
        throw new CertificateViolationException(Say(certificate, attack, scores));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_certifier != _request.Bounds)
        {
            _certifier?.Dispose();
        }
    }

    private string Say(CertificateRow certificate, string attack, PointScores scores)
    {
        var how =
            scores.WideMargin > 0
                ? "; right in float64, so that the network in float32 is another than the certified one by more than rounding"
                : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.Combine(_request.Folder, Violation.FileName)}: example {certificate.Index} is certified by {certificate.By} (margin at least {certificate.Margin:0.###e0}), and {attack} found a point of {_request.Threat.Text} that breaks it (margin {scores.NarrowMargin:0.###e0} in float32, {scores.WideMargin:0.###e0} in float64{how}): {Stopped}"
        );
    }

    private string Identity(string evaluation) =>
        Hashes.Sha256(
            Encoding.UTF8.GetBytes(
                new JsonObject
                {
                    ["evaluation"] = evaluation,
                    ["method"] = Card.Method,
                    ["thrifty"] = IsThrifty,
                }.ToJsonString()
            )
        );

    /// <summary>Tells of bounds as such: nothing is attacked yet, so nothing is left standing.</summary>
    private sealed class Part(IProgress<EvaluationProgress> inner) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) =>
            inner.Report(
                value with
                {
                    Stage = $"certifying, {value.Stage}",
                    Standing = EvaluationProgress.NotAttacked,
                }
            );
    }
}
