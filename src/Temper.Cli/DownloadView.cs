namespace Temper.Cli;

/// <summary>Shows how far a download is: a line for every tenth of a file.</summary>
internal sealed class DownloadView(Session session) : IProgress<(string File, long Done, long? Total)>
{
    private const int Parts = 10;
    private (string File, long Part) _last = ("", -1);

    /// <inheritdoc/>
    public void Report((string File, long Done, long? Total) value)
    {
        if (value.Total is not > 0)
        {
            return;
        }
        var part = value.Done * Parts / value.Total.Value;
        if ((value.File, part) != _last)
        {
            _last = (value.File, part);
            session.Line($"{value.File}: {value.Done >> 20} of {value.Total >> 20} MB");
        }
    }
}
