using System.CommandLine;
using Temper.Certification.Smoothing;
using Temper.Errors;
using Temper.Serialization;
using Temper.Workflow;

namespace Temper.Cli.Commands;

/// <summary>The switches of <c>temper certify --method smoothing</c>, and what it prints.</summary>
internal sealed class SmoothingSwitches
{
    private readonly Option<double?> _sigma = new("--sigma")
    {
        Description = "The standard deviation of the noise, in input units (--method smoothing, which needs it).",
    };

    private readonly Option<int?> _first = new("--n0")
    {
        Description = "The noise vectors that select the class (--method smoothing); 100 when absent.",
    };

    private readonly Option<int?> _draws = new("--n")
    {
        Description = "The other noise vectors that estimate its probability (--method smoothing); 1000 when absent.",
    };

    private readonly Option<double?> _alpha = new("--alpha")
    {
        Description =
            "The probability, at most, with which each certificate is wrong (--method smoothing); 0.001 when absent.",
    };

    /// <summary>Adds the switches.</summary>
    public void AddTo(Command command)
    {
        command.Add(_sigma);
        command.Add(_first);
        command.Add(_draws);
        command.Add(_alpha);
    }

    /// <summary>What the switches say; null for another method.</summary>
    /// <exception cref="UsageException">A switch is missing, out of range, or of no use.</exception>
    public SmoothingSettings? Settings(ParseResult parsed, string method)
    {
        if (method != SmoothingRun.Name)
        {
            foreach (var option in (Option[])[_sigma, _first, _draws, _alpha])
            {
                if (parsed.GetResult(option) is not null)
                {
                    throw new UsageException(
                        $"{option.Name}: it belongs to --method {SmoothingRun.Name}, found --method {method}."
                    );
                }
            }
            return null;
        }
        var settings = new SmoothingSettings
        {
            Sigma =
                parsed.GetValue(_sigma)
                ?? throw new UsageException(
                    "--method smoothing: --sigma is missing; expected the noise that the model was trained under, such as --sigma 0.25."
                ),
        };
        return settings with
        {
            N0 = parsed.GetValue(_first) ?? settings.N0,
            N = parsed.GetValue(_draws) ?? settings.N,
            Alpha = parsed.GetValue(_alpha) ?? settings.Alpha,
        };
    }

    /// <summary>Certifies and prints.</summary>
    public void Run(Session session, SmoothingRequest request, bool quiet, bool json)
    {
        SmoothingReport? report = null;
        RunView.Show(
            session,
            quiet || json,
            view => report = SmoothingRun.Run(request, session.Clock, view, session.Interrupted)
        );
        if (json)
        {
            session.Line(JsonText.Write(report!).TrimEnd());
        }
        else
        {
            Print(session, report!, request);
        }
    }

    private static void Print(Session session, SmoothingReport report, SmoothingRequest request)
    {
        foreach (var note in request.Model.Notes)
        {
            session.Line($"Note: {note}");
        }
        session.Line($"About {report.About}.");
        session.Line(
            FormattableString.Invariant(
                $"Smoothed classifier, sigma {report.Sigma}, N0 {report.N0}, N {report.N}, alpha {report.Alpha}: {report.Certified} of {report.Examples} examples certified under {report.Threat}, {report.Right} right, {report.Abstained} abstained; mean radius {report.MeanRadius:0.000}, at most {report.LargestRadius:0.000} with this N."
            )
        );
        session.Line("radius  certified");
        foreach (var point in report.Curve)
        {
            session.Line(FormattableString.Invariant($"{point.Radius, 6:0.000}  {100 * point.Rate, 7:0.0} %"));
        }
        session.Line($"Arithmetic: {report.Arithmetic}.");
        session.Line($"Certificates: {Path.GetFullPath(Path.Combine(request.Folder, SmoothedCsv.FileName))}");
        session.Line($"Curve: {Path.GetFullPath(Path.Combine(request.Folder, SmoothedCurve.FileName))}");
    }
}
