using System.CommandLine;
using Temper.Data;
using Temper.Errors;

namespace Temper.Cli.Commands;

/// <summary><c>temper data list|get|verify|import</c></summary>
internal static class DataCommand
{
    public static Command Create(Session session) =>
        new("data", "The data sets: what there is, fetching, checking, and importing your own.")
        {
            List(session),
            Get(session),
            Verify(session),
            Import(session),
        };

    /// <summary>One line for each split: what was found, or why nothing was.</summary>
    public static IEnumerable<string> Lines(string? dataDir, string? only = null) =>
        DataCatalogue.Verify(dataDir, only).Select(s => $"{s.Name}/{s.Split}: {Found(s.Set, s.Problem)}");

    private static Command List(Session session)
    {
        var dataDir = CommonOptions.DataDir();
        var list = new Command("list", "List the known and imported data sets.") { dataDir };
        list.SetAction(parsed =>
        {
            foreach (var name in DataCatalogue.Names(parsed.GetValue(dataDir)))
            {
                var (title, terms) = Datasets.Names.Contains(name) ? DataCatalogue.About(name) : (name, "imported");
                session.Line($"{name, -16} {title, -16} {terms}");
            }
            session.Line(
                $"{DataRequest.ImageFolderName, -16} your own folder of images, one sub-folder per class (recipe: data.path)"
            );
            session.Line($"{DataRequest.TableName, -16} your own table (recipe: data.path, data.label)");
        });
        return list;
    }

    private static Command Get(Session session)
    {
        var name = new Argument<string>("name") { Description = "A known data set." };
        var dataDir = CommonOptions.DataDir();
        var quiet = CommonOptions.Quiet();
        var get = new Command(
            "get",
            "Fetch a data set from its canonical address, check its SHA-256, keep it. An interrupted download goes on."
        )
        {
            name,
            dataDir,
            quiet,
        };
        get.SetAction(
            async (parsed, cancellation) =>
            {
                var folder = Path.Combine(parsed.GetValue(dataDir) ?? DataPlaces.Own, parsed.GetValue(name)!);
                using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
                using var both = CancellationTokenSource.CreateLinkedTokenSource(session.Interrupted, cancellation);
                var progress = parsed.GetValue(quiet) ? null : new DownloadView(session);
                await new DataDownload(client).GetAsync(parsed.GetValue(name)!, folder, progress, both.Token);
                session.Line($"{parsed.GetValue(name)}: every file has its SHA-256; in {folder}");
                return (int)ExitCode.Done;
            }
        );
        return get;
    }

    private static Command Verify(Session session)
    {
        var name = new Argument<string?>("name")
        {
            Description = "One data set; all when absent.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var dataDir = CommonOptions.DataDir();
        var verify = new Command("verify", "Load data sets and check every hash.") { name, dataDir };
        verify.SetAction(parsed =>
        {
            var all = DataCatalogue.Verify(parsed.GetValue(dataDir), parsed.GetValue(name)).ToList();
            foreach (var (set, split, loaded, problem) in all)
            {
                session.Line($"{set}/{split}: {Found(loaded, problem)}");
            }
            return (int)(
                parsed.GetValue(name) is not null && all.Any(s => s.Set is null) ? ExitCode.Data : ExitCode.Done
            );
        });
        return verify;
    }

    private static Command Import(Session session)
    {
        var path = new Argument<string>("path")
        {
            Description = "A folder of images, one sub-folder per class, or a .csv file.",
        };
        var name = new Option<string>("--name") { Description = "The name to keep it under.", Required = true };
        var size = new Option<int>("--size")
        {
            Description = "Images: the side they are resized to.",
            DefaultValueFactory = _ => 32,
        };
        var channels = new Option<int>("--channels")
        {
            Description = "Images: 3 for colour, 1 for grey.",
            DefaultValueFactory = _ => 3,
        };
        var fit = new Option<ImageFit>("--fit") { Description = "Images: cover, stretch or pad." };
        var label = new Option<string>("--label")
        {
            Description = "Tables: the column of the class.",
            DefaultValueFactory = _ => "label",
        };
        var categorical = new Option<string[]>("--categorical")
        {
            Description = "Tables: columns of numbers that are names.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        var fraction = new Option<double>("--test-fraction")
        {
            Description = "The share kept for testing.",
            DefaultValueFactory = _ => 0.2,
        };
        var dataDir = CommonOptions.DataDir();
        size.Validators.Add(r => Between(r, r.GetValueOrDefault<int>(), 1, 1024));
        fraction.Validators.Add(r => Between(r, r.GetValueOrDefault<double>(), 0.01, 0.9));
        channels.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is not (1 or 3))
            {
                r.AddError("--channels: expected 1 (grey) or 3 (colour).");
            }
        });
        var import = new Command("import", "Read your own data once and keep it under a name that recipes can use.")
        {
            path,
            name,
            size,
            channels,
            fit,
            label,
            categorical,
            fraction,
            dataDir,
        };
        import.SetAction(parsed =>
        {
            var source = parsed.GetValue(path)!;
            var isTable =
                source.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)
                || File.Exists(Path.Combine(source, "train.csv"));
            var request = new DataRequest(isTable ? DataRequest.TableName : DataRequest.ImageFolderName)
            {
                Path = source,
                Size = parsed.GetValue(size),
                Channels = parsed.GetValue(channels),
                Fit = parsed.GetValue(fit),
                Label = parsed.GetValue(label)!,
                Categorical = parsed.GetValue(categorical)!,
                TestFraction = parsed.GetValue(fraction),
            };
            var (folder, train, test, overlap) = DataImport.Run(
                request,
                parsed.GetValue(name)!,
                parsed.GetValue(dataDir)
            );
            session.Line(
                $"{parsed.GetValue(name)}: {train.Count} training and {test.Count} test {train.Card.Noun} in {train.Classes} classes ({train.Card.Rule}); in {folder}"
            );
            if (overlap > 0)
            {
                session.Line($"{overlap} test {test.Card.Noun} are training {train.Card.Noun} too, value for value.");
            }
            return (int)ExitCode.Done;
        });
        return import;
    }

    private static void Between(System.CommandLine.Parsing.OptionResult result, double found, double least, double most)
    {
        if (!(found >= least && found <= most))
        {
            result.AddError($"{result.Option.Name}: found {found}, expected {least} to {most}.");
        }
    }

    private static string Found(ExampleSet? set, string? problem) =>
        set is null
            ? $"not here ({problem})"
            : $"{set.Count} examples, hash matches{(set.Card.Variant is { } variant ? $", {variant}" : "")}";
}
