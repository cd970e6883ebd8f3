using System.Diagnostics;
using Spectre.Console;
using Temper.Evaluation;
using Temper.Evaluation.Foretelling;
using Temper.Training;

namespace Temper.Cli;

/// <summary>Shows a run while it goes: a live bar with the time left on a terminal, plain lines elsewhere.</summary>
internal sealed class RunView : IProgress<TrainProgress>, IProgress<EvaluationProgress>
{
    private static readonly TimeSpan Quietly = TimeSpan.FromSeconds(15);
    private readonly Session _session;
    private readonly bool _silent;
    private readonly ProgressContext? _live;
    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();
    private ProgressTask? _task;
    private string _stage = "";
    private string? _part;

    private RunView(Session session, bool silent, ProgressContext? live) =>
        (_session, _silent, _live) = (session, silent, live);

    /// <summary>Runs something under a view.</summary>
    public static void Show(Session session, bool quiet, Action<RunView> run)
    {
        if (quiet || !session.Console.Profile.Capabilities.Interactive || !session.Console.Profile.Out.IsTerminal)
        {
            run(new(session, quiet, null));
            return;
        }
        session
            .Console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            )
            .Start(context => run(new(session, quiet, context)));
    }

    public void Report(TrainProgress value)
    {
        var part = Begin(value.Part);
        var stage = $"{part}training, epoch {value.Epoch}";
        if (_live is not null)
        {
            Bar($"{part}training", value.TotalSteps, value.Step, $"{stage}, loss {value.Loss:F3}");
        }
        if (value.Finished is { } e)
        {
            Line(
                $"{part}epoch {e.Epoch, 2}  loss {e.Loss:F4}  train {e.TrainAccuracy:P1}  validation: clean {e.Validation.CleanRate:P1}, under attack {e.Validation.RobustRate:P1}  {e.Seconds:F0} s"
            );
        }
        else if (_live is null && _sinceLine.Elapsed > Quietly)
        {
            Line(
                $"{stage}: step {value.Step} of {value.TotalSteps}, loss {value.Loss:F4}, {Left(value.Step, value.TotalSteps, value.Seconds)}"
            );
        }
    }

    public void Report(EvaluationProgress value)
    {
        var stage = Begin(value.Part) + value.Stage;
        if (value.Foretold is { } forecast)
        {
            Line(Foretold(stage, forecast));
            return;
        }
        if (_live is not null)
        {
            Bar(stage, value.Total, value.Done, stage + Standing(value));
        }
        if (value.Done == value.Total || (_live is null && _sinceLine.Elapsed > Quietly))
        {
            Line($"{stage}: {value.Done} of {value.Total} examples{Standing(value)}");
        }
    }

    private static string Standing(EvaluationProgress value) =>
        value.Standing == EvaluationProgress.NotAttacked ? "" : $", {value.Standing} left standing";

    /// <summary>The words in front of what is about a part of the run; the first time the part is announced.</summary>
    private string Begin(string? part)
    {
        if (part is null)
        {
            return "";
        }
        if (part != _part)
        {
            _part = part;
            Line(
                $"{part}: the same network, data, schedule and seed without attacks in training, for comparison (--set evaluation.twin=false does without)"
            );
        }
        return $"{part}, ";
    }

    private static string Foretold(string stage, Forecast forecast)
    {
        var isFirst = forecast.After < 60;
        var passes = FormattableString.Invariant(
            $"{forecast.Forwards / 1e6:0.0} million forward and {forecast.Gradients / 1e6:0.0} million gradient passes"
        );
        return $"{stage}{(isFirst ? "" : " again")}: {(isFirst ? "at most" : "about")} {passes}, {(isFirst ? "at most" : "about")} {Time(forecast.Seconds)}{(isFirst ? "" : " in all")}";
    }

    private static string Time(double seconds) =>
        seconds < 100 ? FormattableString.Invariant($"{seconds:0} s")
        : seconds < 6000 ? FormattableString.Invariant($"{seconds / 60:0.0} min")
        : FormattableString.Invariant($"{seconds / 3600:0.0} h");

    private static string Left(int done, int total, double seconds) =>
        done == 0 ? "" : $"about {TimeSpan.FromSeconds(seconds / done * (total - done)):m\\:ss} left";

    private void Bar(string stage, int total, int done, string text)
    {
        if (_stage != stage)
        {
            _task?.StopTask();
            _task = _live!.AddTask(Markup.Escape(text), maxValue: Math.Max(1, total));
            _stage = stage;
        }
        _task!.Description = Markup.Escape(text);
        _task.Value = done;
    }

    private void Line(string text)
    {
        _sinceLine.Restart();
        if (_silent)
        {
            return;
        }
        if (_live is null)
        {
            _session.Line(text);
        }
        else
        {
            _session.Console.WriteLine(text);
        }
    }
}
