using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Temper.Errors;
using Temper.Serialization;

namespace Temper.Data;

/// <summary>Fetches known data sets from their canonical addresses; every file is held against its SHA-256 before it is kept.</summary>
/// <remarks>
/// An interrupted download goes on where it stopped: what has come lies in <c>NAME.part</c>. Nothing else that is half done is left.
/// </remarks>
/// <param name="client">Fetches; borrowed. It must follow redirects and set no limit of time on large files.</param>
public sealed class DataDownload(HttpClient client)
{
    private const int Piece = 1 << 16;

    /// <summary>Fetches a set.</summary>
    /// <param name="name">A name of <see cref="Datasets.Names"/>.</param>
    /// <param name="folder">The folder for its files; it is made.</param>
    /// <param name="progress">Told the file's name, the bytes that have come, and how many there will be, or null.</param>
    /// <param name="cancellation">Stops; the next call goes on.</param>
    /// <exception cref="UsageException">The name is unknown.</exception>
    /// <exception cref="DataException">A file that came has another hash; it is not kept.</exception>
    /// <exception cref="RunFailedException">The server cannot be reached or refuses, or the disk does.</exception>
    public Task GetAsync(
        string name,
        string folder,
        IProgress<(string File, long Done, long? Total)>? progress,
        CancellationToken cancellation
    )
    {
        var known =
            KnownDatasets.All.FirstOrDefault(d => d.Name == name)
            ?? throw new UsageException($"unknown data set '{name}'{NearestName.Suggest(name, Datasets.Names)}.");
        return GetAsync(known, folder, progress, cancellation);
    }

    internal async Task GetAsync(
        KnownDataset dataset,
        string folder,
        IProgress<(string File, long Done, long? Total)>? progress,
        CancellationToken cancellation
    )
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var download in dataset.Downloads)
            {
                var part = Path.Combine(folder, download.Name + ".part");
                await FetchAsync(download, part, progress, cancellation).ConfigureAwait(false);
                try
                {
                    Keep(dataset, download, part, folder);
                }
                finally
                {
                    // Whole but wrong content would be appended to for ever.
                    File.Delete(part);
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException)
        {
            throw new RunFailedException(
                $"data set '{dataset.Name}': {e.Message.TrimEnd('.')}. What has come is kept; run the same command to go on.",
                e
            );
        }
        catch (Exception e) when (WriteFailure.Is(e))
        {
            throw new RunFailedException($"{folder}: cannot be written: {WriteFailure.Explain(e)}", e);
        }
    }

    private async Task FetchAsync(
        KnownDownload download,
        string part,
        IProgress<(string File, long Done, long? Total)>? progress,
        CancellationToken cancellation
    )
    {
        var have = File.Exists(part) ? new FileInfo(part).Length : 0;
        using var request = new HttpRequestMessage(HttpMethod.Get, download.Url);
        if (have > 0)
        {
            request.Headers.Range = new RangeHeaderValue(have, null);
        }
        using var response = await client
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation)
            .ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // All of it has come before; its hash tells whether it is right.
            return;
        }
        if (!response.IsSuccessStatusCode)
        {
            throw new RunFailedException(
                $"{download.Url}: the server answers {(int)response.StatusCode} {response.ReasonPhrase}, expected the file; try again later, or fetch it by hand into {Path.GetDirectoryName(part)}."
            );
        }
        // A server that does not know ranges sends everything again.
        var goesOn = response.StatusCode == HttpStatusCode.PartialContent;
        var done = goesOn ? have : 0;
        var total = response.Content.Headers.ContentLength + done;
        using var source = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using var target = new FileStream(part, goesOn ? FileMode.Append : FileMode.Create, FileAccess.Write);
        var buffer = new byte[Piece];
        while (await source.ReadAsync(buffer, cancellation).ConfigureAwait(false) is var read and > 0)
        {
            await target.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            done += read;
            progress?.Report((download.Name, done, total));
        }
        if (total is { } all && done < all)
        {
            throw new HttpIOException(
                HttpRequestError.ResponseEnded,
                $"{download.Url}: the connection ended after {done} of {all} bytes."
            );
        }
    }

    private static void Keep(KnownDataset dataset, KnownDownload download, string part, string folder)
    {
        if (download.Members.Count == 0)
        {
            var bytes = File.ReadAllBytes(part);
            var name = download.Name.EndsWith(".gz", StringComparison.Ordinal) ? download.Name[..^3] : download.Name;
            Check(dataset, name, Unpack(bytes, download), download);
            AtomicFile.WriteBytes(Path.Combine(folder, download.Name), bytes);
            return;
        }
        var missing = download.Members.ToHashSet(StringComparer.Ordinal);
        foreach (var (name, content) in Members(part, download))
        {
            if (missing.Remove(name))
            {
                Check(dataset, name, content, download);
                AtomicFile.WriteBytes(Path.Combine(folder, name), content);
            }
        }
        if (missing.Count > 0)
        {
            throw new DataException(
                $"{download.Url}: the archive that came lacks {string.Join(", ", missing.Order(StringComparer.Ordinal))}."
            );
        }
    }

    private static byte[] Unpack(byte[] bytes, KnownDownload download)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(bytes, writable: false), CompressionMode.Decompress);
            using var content = new MemoryStream();
            gzip.CopyTo(content);
            return content.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new DataException($"{download.Url}: what came is not gzip; nothing of it was kept.", e);
        }
    }

    private static IEnumerable<(string Name, byte[] Content)> Members(string archive, KnownDownload download)
    {
        using var file = File.OpenRead(archive);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        while (true)
        {
            byte[] content;
            string name;
            try
            {
                if (tar.GetNextEntry() is not { } entry)
                {
                    yield break;
                }
                name = Path.GetFileName(entry.Name);
                using var bytes = new MemoryStream();
                if (download.Members.Contains(name))
                {
                    entry.DataStream?.CopyTo(bytes);
                }
                content = bytes.ToArray();
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
            {
                throw new DataException(
                    $"{download.Url}: the archive that came is damaged; nothing of it was kept.",
                    e
                );
            }
            yield return (name, content);
        }
    }

    private static void Check(KnownDataset dataset, string name, byte[] content, KnownDownload download)
    {
        var found = Hashes.Sha256(content);
        var expected = dataset.Train.Concat(dataset.Test).SelectMany(s => s.Files).First(f => f.Name == name).Sha256;
        if (found != expected)
        {
            throw new DataException(
                $"{download.Url}: {name} came with SHA-256 {found} of its unpacked content, expected {expected}; it was not kept."
            );
        }
    }
}
