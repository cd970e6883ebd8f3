using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Temper.Cli;
using Temper.Errors;
using Temper.Onnx;

namespace Temper.Tests.Structure;

/// <summary>The rules that keep the code small.</summary>
public sealed partial class ShapeTests
{
    private const int MostLines = 300;
    private static readonly string[] Code = ["src", "tests", "samples"];

    private static readonly Type[] Types =
    [
        .. ((Type[])[typeof(TemperException), typeof(OnnxFormat), typeof(App), typeof(ShapeTests)])
            .SelectMany(type => type.Assembly.GetTypes())
            .Where(type =>
                !IsGenerated(type) && type.Namespace?.StartsWith("Temper", StringComparison.Ordinal) == true
            ),
    ];

    [Fact]
    public void Every_class_is_sealed_abstract_or_static() =>
        Empty(Types.Where(type => type.IsClass && !type.IsSealed && !type.IsAbstract).Select(type => type.FullName!));

    [Fact]
    public void No_type_is_a_manager_a_helper_or_utils() =>
        Empty(Types.Select(type => type.FullName!).Where(name => Vague().IsMatch(name)));

    [Fact]
    public void Every_exception_is_declared_with_an_exit_code()
    {
        var declared = Types.Where(type => type.IsAssignableTo(typeof(Exception))).ToArray();
        Assert.True(declared.Length >= 7);
        Empty(declared.Where(type => !type.IsAssignableTo(typeof(TemperException))).Select(type => type.FullName!));
        Empty(
            declared.Where(type => type.Namespace != typeof(TemperException).Namespace).Select(type => type.FullName!)
        );
    }

    [Fact]
    public void Files_are_short() =>
        Empty(
            Sources
                .CSharp(Code)
                .Select(file => (file, lines: File.ReadAllLines(file).Length))
                .Where(f => f.lines > MostLines)
                .Select(f => $"{Sources.Short(f.file)} has {f.lines} lines")
        );

    [Fact]
    public void Namespaces_are_folders() =>
        Empty(
            Sources
                .CSharp(Code)
                .Select(file => (file, found: Namespace().Match(File.ReadAllText(file)), expected: Folder(file)))
                .Where(f => f.found.Success && f.found.Groups[1].Value != f.expected)
                .Select(f => $"{Sources.Short(f.file)}: {f.found.Groups[1].Value}, expected {f.expected}")
        );

    [Fact]
    public void One_public_type_per_file_named_like_it()
    {
        foreach (var file in Sources.CSharp("src"))
        {
            var found = PublicType().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value).ToArray();
            Assert.True(found.Length <= 1, $"{Sources.Short(file)} declares {string.Join(", ", found)}");
            Assert.All(found, name => Assert.Equal(Path.GetFileNameWithoutExtension(file), name));
        }
    }

    [Fact]
    public void Nothing_shipped_names_a_path_of_some_machine()
    {
        // Put together here, so that this file does not match itself.
        string[] machine = [.. ((string[])["root", "work", "tmp", "home"]).Select(folder => $"/{folder}/")];
        string[] files =
        [
            .. Sources.Files("*.md", "."),
            .. Sources.Files("*.yaml", "recipes", "docs"),
            .. Sources.CSharp("src", "samples"),
            .. Sources.Files("*.targets", "eng"),
            .. Sources.Files("*.props", "eng"),
        ];
        Assert.NotEmpty(files);
        Empty(
            from file in files
            let text = File.ReadAllText(file)
            from path in machine
            where text.Contains(path, StringComparison.Ordinal)
            select $"{Sources.Short(file)} names {path}"
        );
    }

    private static string Folder(string file)
    {
        // src/Temper/Data/X.cs → Temper.Data
        var parts = Sources.Short(file).Split('/');
        return string.Join('.', parts[1..^1]);
    }

    private static bool IsGenerated(Type type) =>
        type.Name.Contains('<', StringComparison.Ordinal)
        || type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        || type.GetCustomAttributes<System.CodeDom.Compiler.GeneratedCodeAttribute>(inherit: false).Any()
        || (type.DeclaringType is { } outer && IsGenerated(outer));

    private static void Empty(IEnumerable<string> offenders) => Assert.Equal([], offenders);

    [GeneratedRegex("(Manager|Helper|Helpers|Util|Utils|Utility|Utilities)$")]
    private static partial Regex Vague();

    [GeneratedRegex(@"^namespace\s+([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^public\s+(?:(?:sealed|abstract|static|partial|readonly|ref)\s+)*(?:class|record\s+struct|record|struct|interface|enum|delegate\s+\w+)\s+(\w+)",
        RegexOptions.Multiline
    )]
    private static partial Regex PublicType();
}
