namespace Temper.Errors;

/// <summary>The exit codes of the command-line tool; every declared error carries one.</summary>
public enum ExitCode
{
    /// <summary>The command did what was asked.</summary>
    Done = 0,

    /// <summary>The command line could not be understood.</summary>
    Usage = 2,

    /// <summary>A recipe, configuration or option is wrong.</summary>
    Configuration = 3,

    /// <summary>A data or model file is missing, damaged, of another shape, or has another hash.</summary>
    Data = 4,

    /// <summary>The native library could not be loaded.</summary>
    Native = 5,

    /// <summary>The evaluation finished, a claim was required, and it was refused.</summary>
    ClaimRefused = 6,

    /// <summary>The run failed while it ran: a loss that is not a number, a full disk.</summary>
    RunFailed = 7,

    /// <summary>A report, or the evidence below it, is not what it must be.</summary>
    NotVerified = 8,

    /// <summary>The run was interrupted and can be resumed.</summary>
    Interrupted = 130,
}
