using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using Temper.Data;
using Temper.Errors;
using Temper.Serialization;
using Temper.Tests.Reports;

namespace Temper.Tests.Data;

/// <summary>Fetching, from a server in this process that knows ranges, or does not, or breaks off.</summary>
public sealed class DataDownloadTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * i >> 3))];
    private readonly RangeServer _server = new();
    private readonly HttpClient _client = new();
    private readonly Folder _folder = new();

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_fetched_checked_and_kept_as_it_came()
    {
        _server.Files["/x.gz"] = Gzip(Content);
        await Get(Single("x.gz"));
        Assert.Equal(_server.Files["/x.gz"], File.ReadAllBytes(_folder.File("x.gz")));
        Assert.Equal(["x.gz"], Kept());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broken_download_goes_on_where_it_stopped_if_the_server_can(bool ranges)
    {
        var file = Gzip(Content);
        _server.Files["/x.gz"] = file;
        _server.KnowsRanges = ranges;
        _server.BreakAfter = file.Length / 2;
        var e = await Assert.ThrowsAsync<RunFailedException>(() => Get(Single("x.gz")));
        Assert.Contains("run the same command to go on", e.Message, StringComparison.Ordinal);
        Assert.Equal(["x.gz.part"], Kept());
        var have = new FileInfo(_folder.File("x.gz.part")).Length;
        Assert.InRange(have, 1, file.Length - 1);

        _server.BreakAfter = null;
        await Get(Single("x.gz"));
        Assert.Equal(ranges ? file.Length - have : file.Length, _server.LastSent);
        Assert.Equal(file, File.ReadAllBytes(_folder.File("x.gz")));
        Assert.Equal(["x.gz"], Kept());
    }

    [Fact]
    public async Task A_download_that_was_whole_already_is_checked_and_kept()
    {
        _server.Files["/x.gz"] = Gzip(Content);
        File.WriteAllBytes(_folder.File("x.gz.part"), _server.Files["/x.gz"]);
        await Get(Single("x.gz"));
        Assert.Equal(["x.gz"], Kept());
    }

    [Fact]
    public async Task Another_content_is_refused_and_not_kept()
    {
        _server.Files["/x.gz"] = Gzip([1, 2, 3]);
        var e = await Assert.ThrowsAsync<DataException>(() => Get(Single("x.gz")));
        Assert.Contains("SHA-256", e.Message, StringComparison.Ordinal);
        Assert.Empty(Kept());
        _server.Files["/x.gz"] = [1, 2, 3];
        await Assert.ThrowsAsync<DataException>(() => Get(Single("x.gz")));
        Assert.Empty(Kept());
    }

    [Fact]
    public async Task Files_are_taken_out_of_an_archive_by_name_wherever_they_lie_in_it()
    {
        _server.Files["/a.tar.gz"] = Gzip(Tar(("folder/x", Content), ("../../evil", [1]), ("folder/unasked", [2])));
        await Get(Archive("x"));
        Assert.Equal(Content, File.ReadAllBytes(_folder.File("x")));
        Assert.Equal(["x"], Kept());
        _server.Files["/a.tar.gz"] = Gzip(Tar(("y", Content)));
        var e = await Assert.ThrowsAsync<DataException>(() => Get(Archive("x")));
        Assert.Contains("lacks x", e.Message, StringComparison.Ordinal);
        _server.Files["/a.tar.gz"] = Gzip(Tar(("x", Content)))[..1000];
        await Assert.ThrowsAsync<DataException>(() => Get(Archive("x")));
        Assert.Equal(["x"], Kept());
    }

    [Fact]
    public async Task A_refusal_of_the_server_is_told()
    {
        var e = await Assert.ThrowsAsync<RunFailedException>(() => Get(Single("gone.gz")));
        Assert.Contains("404", e.Message, StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<UsageException>(() =>
            new DataDownload(_client).GetAsync("cifar", _folder.Path, null, TestContext.Current.CancellationToken)
        );
        Assert.Contains("cifar10", unknown.Message, StringComparison.Ordinal);
    }

    private Task Get(KnownDataset dataset) =>
        new DataDownload(_client).GetAsync(dataset, _folder.Path, null, TestContext.Current.CancellationToken);

    private string[] Kept() => [.. Directory.GetFiles(_folder.Path).Select(f => Path.GetFileName(f)).Order()];

    private KnownDataset Single(string file) => Known("x", new(new($"{_server.Address}{file}"), file, []));

    private KnownDataset Archive(string member) =>
        Known(member, new(new($"{_server.Address}a.tar.gz"), "a.tar.gz", [member]));

    private static KnownDataset Known(string file, KnownDownload download) =>
        new(
            "test-set",
            "Test",
            (1, 1, 1),
            [],
            [
                new(
                    [new(file == "gone" ? "x" : file, Content.Length, Hashes.Sha256(Content))],
                    (_, _) => throw new InvalidOperationException()
                ),
            ],
            [],
            [download],
            ""
        );

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression))
        {
            gzip.Write(content);
        }
        return packed.ToArray();
    }

    private static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                tar.WriteEntry(
                    new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) }
                );
            }
        }
        return bytes.ToArray();
    }

    /// <summary>Serves files on this machine.</summary>
    private sealed class RangeServer : IDisposable
    {
        private readonly HttpListener _listener = new();

        public RangeServer()
        {
            // A free port, asked for until one is.
            for (var port = 41_000 + (Environment.ProcessId % 1000); ; port++)
            {
                Address = $"http://localhost:{port}/";
                _listener.Prefixes.Clear();
                _listener.Prefixes.Add(Address);
                try
                {
                    _listener.Start();
                    break;
                }
                catch (HttpListenerException)
                {
                    // Taken.
                }
            }
            _ = Task.Run(ServeAsync);
        }

        public string Address { get; }

        public Dictionary<string, byte[]> Files { get; } = [];

        public bool KnowsRanges { get; set; } = true;

        public int? BreakAfter { get; set; }

        public long LastSent { get; private set; }

        public void Dispose() => _listener.Close();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    Answer(await _listener.GetContextAsync());
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // Closed.
            }
        }

        private void Answer(HttpListenerContext context)
        {
            var response = context.Response;
            if (!Files.TryGetValue(context.Request.Url!.AbsolutePath, out var file))
            {
                response.StatusCode = 404;
                response.Close();
                return;
            }
            var from = 0;
            if (KnowsRanges && context.Request.Headers["Range"] is { } range)
            {
                from = int.Parse(
                    range["bytes=".Length..].TrimEnd('-'),
                    System.Globalization.CultureInfo.InvariantCulture
                );
                response.StatusCode = from < file.Length ? 206 : 416;
                if (from >= file.Length)
                {
                    response.Close();
                    return;
                }
                response.Headers["Content-Range"] = $"bytes {from}-{file.Length - 1}/{file.Length}";
            }
            response.ContentLength64 = file.Length - from;
            LastSent = file.Length - from;
            try
            {
                if (BreakAfter is { } most)
                {
                    response.OutputStream.Write(file, from, most);
                    response.OutputStream.Flush();
                    response.Abort();
                    return;
                }
                response.OutputStream.Write(file, from, file.Length - from);
                response.Close();
            }
            catch (HttpListenerException)
            {
                // The client has gone.
            }
        }
    }
}
