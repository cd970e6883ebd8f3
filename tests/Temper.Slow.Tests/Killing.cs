using System.Diagnostics;
using Temper.Numerics;
using Temper.Tests.Cli;

namespace Temper.Slow.Tests;

/// <summary>Runs of the tool in a folder of their own, killed with SIGKILL at random moments and resumed.</summary>
internal sealed class Killing : IDisposable
{
    // Attempts per kill: a run may end before its moment.
    private const int Patience = 4;

    // For runs on a machine that does other things too.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Gets the folder that holds all runs.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("temper-kill-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>Runs without a kill.</summary>
    /// <param name="name">Names the folder.</param>
    /// <param name="args">The arguments for a folder.</param>
    public (string Folder, double Seconds) Whole(string name, Func<string, string[]> args)
    {
        var folder = Path.Combine(Root, name + "-whole");
        var clock = Stopwatch.StartNew();
        Tool.Wait(Tool.Start("dotnet", [Tool.Dll, .. args(folder)], []), Longest).Succeeds();
        return (folder, clock.Elapsed.TotalSeconds);
    }

    /// <summary>Kills and resumes until the number of kills is reached and the last run has finished.</summary>
    /// <param name="name">Names the folders, and keys the moments.</param>
    /// <param name="args">The arguments for a folder.</param>
    /// <param name="whole">The folder of the run without a kill.</param>
    /// <param name="seconds">How long that took.</param>
    /// <param name="kills">The number of kills.</param>
    /// <param name="files">The files that must have the bytes of that run's.</param>
    /// <param name="check">Asked of every folder whose run has finished.</param>
    public void KillAndResume(
        string name,
        Func<string, string[]> args,
        string whole,
        double seconds,
        int kills,
        string[] files,
        Action<string>? check = null
    )
    {
        var moments = Moments(name, Patience * kills);
        var (killed, finished, attempt) = (0, 0, 0);
        while (killed < kills || finished == 0)
        {
            var folder = Path.Combine(Root, $"{name}-{finished}");
            var untouched = true;
            for (var done = false; !done; )
            {
                Assert.True(attempt < moments.Length, $"{name}: only {killed} kills in {attempt} attempts");
                // Within the first quarter of a second there is no program yet that could be killed.
                var moment = TimeSpan.FromSeconds(Math.Max(0.25, moments[attempt++] * seconds));
                var clock = Stopwatch.StartNew();
                var child = Tool.Start("dotnet", [Tool.Dll, .. args(folder)], []);
                if (killed < kills && !child.WaitForExit(moment))
                {
                    child.Kill();
                    child.WaitForExit();
                    child.Dispose();
                    killed++;
                    untouched = false;
                    continue;
                }
                Tool.Wait(child, Longest).Succeeds();
                done = true;
                // The machine may have become faster since the whole run: later moments must fall into the run.
                seconds = untouched ? Math.Min(seconds, clock.Elapsed.TotalSeconds) : seconds;
            }
            finished++;
            foreach (var file in files)
            {
                Assert.True(
                    File.ReadAllBytes(Path.Combine(whole, file))
                        .AsSpan()
                        .SequenceEqual(File.ReadAllBytes(Path.Combine(folder, file))),
                    $"{name}: {file} differs from the whole run's after {killed} kills"
                );
            }
            check?.Invoke(folder);
        }
        TestContext.Current.SendDiagnosticMessage(
            $"{name}: {killed} kills over {finished} runs, whole run {seconds:F1} s"
        );
    }

    /// <summary>Moments of a run, as fractions of its time.</summary>
    private static float[] Moments(string name, int count)
    {
        var values = new float[count];
        new Rng(5).Fork(name).FillUniform(values, [0], 0, 0);
        return values;
    }
}
