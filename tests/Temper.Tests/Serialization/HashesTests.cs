using System.Text;
using Temper.Errors;
using Temper.Serialization;
using Temper.Tests.Reports;

namespace Temper.Tests.Serialization;

public sealed class HashesTests
{
    // The example of FIPS 180-2, appendix B.1.
    private const string OfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void Bytes_and_files_have_the_published_hash()
    {
        using var folder = new Folder();
        File.WriteAllText(folder.File("abc"), "abc");
        Assert.Equal(OfAbc, Hashes.Sha256(Encoding.ASCII.GetBytes("abc")));
        Assert.Equal(OfAbc, Hashes.Sha256OfFile(folder.File("abc")));
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_data_errors()
    {
        using var folder = new Folder();
        Assert.Contains("gone", Assert.Throws<DataException>(() => Hashes.Sha256OfFile(folder.File("gone"))).Message);
        Assert.Throws<DataException>(() => Hashes.Sha256OfFile(folder.Path));
    }
}
