using Temper.Runs;

namespace Temper.Tests.Cli;

/// <summary>What a shell is offered, asked of the shell itself.</summary>
public sealed class CompletionTests
{
    private const string Bash = "/bin/bash";

    [Theory]
    [InlineData("temper tra", "train")]
    [InlineData("temper train mnist-l", "mnist-linf mnist-linf-certified mnist-linf-fast")]
    [InlineData("temper train mnist-linf --de", "--device")]
    [InlineData(
        "temper evaluate x --attack ",
        "apgd apgd-t boundary cw ddn deepfool fab fab-t fgsm fmn gaussian-noise hop-skip-jump mi-fgsm nes pgd rays sigma-zero spsa square transfer uniform-noise apgd-ce apgd-dlr pgd-margin apgd-square autoattack autoattack-fast autoattack-plus autoattack-rand",
        "--out"
    )]
    [InlineData("temper evaluate x --attack fgsm,p", "fgsm,pgd fgsm,pgd-margin")]
    [InlineData("temper evaluate x --data mn", "mnist")]
    [InlineData("temper evaluate x --arch res", "resnet-cifar")]
    [InlineData("temper methods show n", "n-fgsm natural")]
    [InlineData("temper attacks show sq", "square")]
    [InlineData("temper bench --methods fast,n", "fast,natural fast,n-fgsm", "fast,pgd")]
    [InlineData("temper claim ", "verify show")]
    [InlineData("temper claim show x --format ", "text model-card robustbench")]
    [InlineData("temper completions ", "bash powershell")]
    public void Bash_offers(string line, string offered, string? other = null)
    {
        var replies = Reply(line);
        Assert.All(offered.Split(' '), name => Assert.Contains(name, replies));
        Assert.True(other is null || !replies.Contains(other), string.Join(" ", replies));
    }

    [Fact]
    public void Bash_offers_nothing_else_that_begins_so()
    {
        Assert.Equal(["mnist-linf", "mnist-linf-certified", "mnist-linf-fast"], Reply("temper train mnist-l"));
        Assert.Equal([], Reply("temper train nothing-begins-so"));
        Assert.Equal(
            RecipeSource.Names.Count(n => n.StartsWith("mnist", StringComparison.Ordinal)),
            Reply("temper train mnist").Length
        );
    }

    [Fact]
    public void Bash_registers_the_function()
    {
        var said = Shell("complete -p temper");
        Assert.Equal("complete -o default -F _temper_complete temper", said.Trim());
    }

    [Fact]
    public void PowerShell_registers_a_completer_that_asks_the_program()
    {
        var script = Tool.Run("completions", "powershell").Succeeds().Output;
        Assert.Contains("Register-ArgumentCompleter -Native -CommandName temper", script, StringComparison.Ordinal);
        Assert.Contains("[suggest:$($line.Length)]", script, StringComparison.Ordinal);
        Assert.Equal(script.Count(c => c == '{'), script.Count(c => c == '}'));
        Assert.DoesNotContain('\r', script);
    }

    /// <summary>What bash would offer at the end of a line.</summary>
    private static string[] Reply(string line)
    {
        var words = line.Split(' ');
        var said = Shell(
            $"COMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}; COMP_CWORD={words.Length - 1}",
            $"COMP_WORDS=({string.Join(' ', words.Select(word => $"'{word}'"))})",
            "_temper_complete",
            "printf '%s\\n' \"${COMPREPLY[@]}\""
        );
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Shell(params string[] lines)
    {
        Assert.SkipUnless(File.Exists(Bash), "There is no bash here.");
        string[] script =
        [
            $"temper() {{ dotnet '{Tool.Dll}' \"$@\"; }}",
            "eval \"$(temper completions bash)\"",
            .. lines,
        ];
        return Tool.Wait(Tool.Start(Bash, ["--norc", "-c", string.Join('\n', script)], [])).Succeeds().Output;
    }
}
