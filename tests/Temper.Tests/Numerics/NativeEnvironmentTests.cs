using Temper.Errors;
using Temper.Numerics;

namespace Temper.Tests.Numerics;

public sealed class NativeEnvironmentTests
{
    private readonly Dictionary<string, string> variables = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> allocator = [];
    private readonly HashSet<string> own = new(StringComparer.Ordinal);

    [Fact]
    public void Sets_threads_and_allocator()
    {
        var settings = Apply(3);
        Assert.Equal(
            [
                "OMP_NUM_THREADS=3",
                "OMP_DYNAMIC=FALSE",
                "MKL_NUM_THREADS=3",
                "MKL_DYNAMIC=FALSE",
                "M_MMAP_THRESHOLD=1073741824",
                "M_TRIM_THRESHOLD=1073741824",
                "M_ARENA_MAX=1",
            ],
            settings.Select(setting => $"{setting.Name}={setting.Value}")
        );
        Assert.All(settings, setting => Assert.Equal(NativeSettingOrigin.Temper, setting.Origin));
        Assert.Equal("3", variables["OMP_NUM_THREADS"]);
        // The numbers of malloc.h.
        Assert.Equal(
            new Dictionary<int, int>
            {
                [-3] = 1 << 30,
                [-1] = 1 << 30,
                [-8] = 1,
            },
            allocator
        );
    }

    [Theory]
    [InlineData("OMP_NUM_THREADS", "1", "OMP_NUM_THREADS", "1")]
    [InlineData("MKL_DYNAMIC", "TRUE", "MKL_DYNAMIC", "TRUE")]
    [InlineData("MALLOC_TRIM_THRESHOLD_", "5", "M_TRIM_THRESHOLD", "5")]
    [InlineData("MALLOC_MMAP_THRESHOLD_", "6", "M_MMAP_THRESHOLD", "6")]
    [InlineData("MALLOC_ARENA_MAX", "7", "M_ARENA_MAX", "7")]
    [InlineData("GLIBC_TUNABLES", "glibc.malloc.check=1:glibc.malloc.trim_threshold=8", "M_TRIM_THRESHOLD", "8")]
    public void What_the_user_has_set_is_left(string variable, string value, string name, string reported)
    {
        variables[variable] = value;
        var settings = Apply(3);
        var setting = Assert.Single(settings, setting => setting.Origin == NativeSettingOrigin.User);
        Assert.Equal((name, reported), (setting.Name, setting.Value));
        Assert.Equal(value, variables[variable]);
        // Four variables and three parameters, less the one.
        Assert.Equal(6, variables.Keys.Except([variable]).Count() + allocator.Count);
    }

    [Fact]
    public void A_second_call_may_change_what_the_first_has_set()
    {
        Apply(3);
        var settings = Apply(2);
        Assert.Equal("2", variables["OMP_NUM_THREADS"]);
        Assert.All(settings, setting => Assert.Equal(NativeSettingOrigin.Temper, setting.Origin));
    }

    [Fact]
    public void What_the_system_refuses_is_reported()
    {
        // An old glibc takes at most 32 MB for the first, and musl nothing at all.
        var old = NativeEnvironment.Apply(1, _ => null, (_, _) => false, (_, value) => value <= 32 << 20, own);
        Assert.Equal(
            [
                NativeSettingOrigin.Unavailable,
                NativeSettingOrigin.Unavailable,
                NativeSettingOrigin.Unavailable,
                NativeSettingOrigin.Unavailable,
                NativeSettingOrigin.Temper,
                NativeSettingOrigin.Unavailable,
                NativeSettingOrigin.Temper,
            ],
            old.Select(setting => setting.Origin)
        );
        Assert.Equal("33554432", old[4].Value);
        Assert.Empty(own);
    }

    [Fact]
    public void Native_code_sees_the_settings()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        var settings = NativeEnvironment.Prepare(NativeEnvironment.CpuCores);
        Assert.Equal(NativeEnvironment.CpuCores, settings.Threads);
        foreach (
            var setting in settings.Settings.Where(setting => setting.Name.Contains("_NUM_", StringComparison.Ordinal))
        )
        {
            Assert.Equal(setting.Value, Libc.GetVariable(setting.Name));
        }
        Assert.Equal(
            NativeSettingOrigin.Temper,
            NativeEnvironment.Prepare(NativeEnvironment.CpuCores).Settings.Single(s => s.Name == "MKL_DYNAMIC").Origin
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void At_least_one_thread(int threads) =>
        Assert.Throws<UsageException>(() => NativeEnvironment.Prepare(threads));

    [Fact]
    public void The_process_has_cores() => Assert.InRange(NativeEnvironment.CpuCores, 1, 4096);

    private IReadOnlyList<NativeSetting> Apply(int threads) =>
        NativeEnvironment.Apply(
            threads,
            name => variables.GetValueOrDefault(name),
            (name, value) =>
            {
                variables[name] = value;
                return true;
            },
            (parameter, value) =>
            {
                allocator[parameter] = value;
                return true;
            },
            own
        );
}
