using System.CommandLine;

namespace Temper.Cli.Commands;

/// <summary><c>temper completions bash|powershell</c></summary>
internal static class CompletionsCommand
{
    // What is typed goes to the parser itself ([suggest:POSITION] "words"), so the scripts know no command and no name.
    private const string Bash = """
        # Completions of temper for bash. In ~/.bashrc: eval "$(temper completions bash)"
        _temper_complete() {
            local IFS=$'\n'
            local line="${COMP_LINE:0:COMP_POINT}"
            line="${line#"${COMP_WORDS[0]}"}"
            line="${line#"${line%%[![:space:]]*}"}"
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" \
                -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _temper_complete temper
        """;

    private const string PowerShell = """
        # Completions of temper for PowerShell. In $PROFILE: temper completions powershell | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName temper -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $length = $cursorPosition - $commandAst.Extent.StartOffset
            $line = $commandAst.ToString().PadRight($length).Substring(0, $length)
            $line = $line.Substring($commandAst.CommandElements[0].Extent.Text.Length).TrimStart()
            if ($line -eq '') { $line = ' ' }
            & $commandAst.CommandElements[0].Extent.Text "[suggest:$($line.Length)]" "$line" | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;

    public static Command Create(Session session)
    {
        var bash = new Command("bash", "Print the script for bash.");
        bash.SetAction(_ => session.Line(Bash.ReplaceLineEndings("\n")));
        var powershell = new Command("powershell", "Print the script for PowerShell 7.");
        powershell.SetAction(_ => session.Line(PowerShell.ReplaceLineEndings("\n")));
        return new Command("completions", "Print a script by which a shell completes commands and names.")
        {
            bash,
            powershell,
        };
    }
}
