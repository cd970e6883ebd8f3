using Temper.Data.Readers;
using Temper.Errors;

namespace Temper.Data;

/// <summary>The data sets known by name, with the SHA-256 of every file's unpacked content.</summary>
internal static class KnownDatasets
{
    public static IReadOnlyList<KnownDataset> All { get; } =
    [
        new(
            "mnist",
            "MNIST",
            (1, 28, 28),
            ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
            [
                Idx(
                    new(
                        "train-images-idx3-ubyte",
                        47040016,
                        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
                    ),
                    new(
                        "train-labels-idx1-ubyte",
                        60008,
                        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
                    )
                ),
            ],
            [
                Idx(
                    new(
                        "t10k-images-idx3-ubyte",
                        7840016,
                        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
                    ),
                    new(
                        "t10k-labels-idx1-ubyte",
                        10008,
                        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
                    )
                ),
            ],
            IdxDownloads("https://storage.googleapis.com/cvdf-datasets/mnist/"),
            "Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0"
        ),
        new(
            "fashion-mnist",
            "Fashion-MNIST",
            (1, 28, 28),
            ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"],
            [
                Idx(
                    new(
                        "train-images-idx3-ubyte",
                        47040016,
                        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
                    ),
                    new(
                        "train-labels-idx1-ubyte",
                        60008,
                        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
                    )
                ),
            ],
            [
                Idx(
                    new(
                        "t10k-images-idx3-ubyte",
                        7840016,
                        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"
                    ),
                    new(
                        "t10k-labels-idx1-ubyte",
                        10008,
                        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
                    )
                ),
            ],
            IdxDownloads("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
            "Zalando Research (Xiao, Rasul, Vollgraf 2017); MIT"
        ),
        new(
            "cifar10",
            "CIFAR-10",
            (3, CifarReader.Side, CifarReader.Side),
            ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
            [
                Binary([
                    Batch("data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
                    Batch("data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
                    Batch("data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
                    Batch("data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
                    Batch("data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
                ]),
                new(
                    [
                        new(
                            "cifar10_train_jpeg_pack.bin",
                            46191263,
                            "b972e66b8cb664599638ddb731d6c2cbe26686babb0ad1451c76a8d9693c6056"
                        ),
                    ],
                    (contents, names) => CifarReader.ReadPacked(contents[0], names[0]),
                    "JPEG-decoded"
                ),
            ],
            [
                Binary([Batch("test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b")]),
                Binary(
                    [Batch("test_batch.bin", "0ce179d0c0a5220739d6223197952896644ceabb648dacfdebd7f06789af543f")],
                    "JPEG-decoded"
                ),
            ],
            [
                new(
                    new("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
                    "cifar-10-binary.tar.gz",
                    [
                        "data_batch_1.bin",
                        "data_batch_2.bin",
                        "data_batch_3.bin",
                        "data_batch_4.bin",
                        "data_batch_5.bin",
                        "test_batch.bin",
                    ]
                ),
            ],
            "A. Krizhevsky, Learning multiple layers of features from tiny images, 2009; cite the report"
        ),
    ];

    private static KnownSplit Idx(KnownFile images, KnownFile labels) =>
        new(
            [images, labels],
            (contents, names) =>
            {
                var pixels = IdxReader.ReadImages(contents[0], names[0]);
                var classes = IdxReader.ReadLabels(contents[1], names[1]);
                return pixels.Count == classes.Length
                    ? (pixels.Pixels, [.. classes.Select(l => (int)l)])
                    : throw new DataException(
                        $"{names[1]}: found {classes.Length} labels, expected {pixels.Count}, one per image of {names[0]}."
                    );
            }
        );

    internal static KnownSplit Binary(KnownFile[] files, string? variant = null) =>
        new(
            files,
            (contents, names) =>
            {
                // One buffer for all files: a set of 150 MB is not copied value by value.
                var pixels = new byte[files.Sum(f => f.Length / CifarReader.Record * CifarReader.Values)];
                var labels = new List<int>();
                for (var (i, at) = (0, 0); i < contents.Count; i++)
                {
                    var part = CifarReader.ReadBinary(contents[i], names[i]);
                    part.Pixels.CopyTo(pixels, at);
                    at += part.Pixels.Length;
                    labels.AddRange(part.Labels);
                }
                return (pixels, [.. labels]);
            },
            variant
        );

    private static KnownFile Batch(string name, string sha256) => new(name, 30730000, sha256);

    private static IReadOnlyList<KnownDownload> IdxDownloads(string at) =>
        [
            .. ((string[])["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"]).Select(
                name => new KnownDownload(new($"{at}{name}-ubyte.gz"), $"{name}-ubyte.gz", [])
            ),
        ];
}
