using Spectre.Console;

namespace Temper.Cli;

/// <summary>What every command works with.</summary>
/// <param name="Console">Where results go.</param>
/// <param name="Clock">Tells the time.</param>
/// <param name="Interrupted">Requested when the user interrupts.</param>
internal sealed record Session(IAnsiConsole Console, TimeProvider Clock, CancellationToken Interrupted)
{
    /// <summary>Writes a line as it is, without markup and without wrapping.</summary>
    public void Line(string text) => Console.Profile.Out.Writer.WriteLine(text);
}
