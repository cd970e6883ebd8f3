namespace Temper.Errors;

/// <summary>A recipe or option is wrong; the message starts with file, line and path where they are known.</summary>
/// <param name="file">The recipe file, or null for an option of the command line.</param>
/// <param name="line">The 1-based line, or null.</param>
/// <param name="path">The dotted path of the field, such as <c>training.batch</c>, or null.</param>
/// <param name="message">What was found and what was expected.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class ConfigException(string? file, int? line, string? path, string message, Exception? inner = null)
    : TemperException(ExitCode.Configuration, Locate(file, line, path) + message, inner)
{
    /// <summary>Gets the recipe file, or null for an option of the command line.</summary>
    public string? File { get; } = file;

    /// <summary>Gets the 1-based line, or null.</summary>
    public int? Line { get; } = line;

    /// <summary>Gets the dotted path of the field, or null.</summary>
    public string? Path { get; } = path;

    private static string Locate(string? file, int? line, string? path)
    {
        var place = (file, line) switch
        {
            (null, _) => "",
            (_, null) => file + ": ",
            _ => $"{file}:{line}: ",
        };
        return path is null ? place : $"{place}{path}: ";
    }
}
