using System.Reflection;
using System.Runtime.InteropServices;
using Temper.Numerics;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>What a run was computed with.</summary>
public static class EnvironmentCard
{
    /// <summary>Gets the version of this library.</summary>
    public static string Version { get; } =
        typeof(EnvironmentCard)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

    /// <summary>Reads the environment.</summary>
    public static ManifestEnvironment Read() =>
        new(
            RuntimeInformation.OSDescription,
            CpuName(),
            NativeEnvironment.CpuCores,
            RuntimeInformation.FrameworkDescription,
            typeof(TorchSharp.torch)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
                .InformationalVersion.Split('+')[0],
            TorchSharp.torch.__version__,
            Version,
            Commit()
        );

    private static string? Commit()
    {
        var parts = typeof(EnvironmentCard)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+');
        return parts.Length == 2 ? parts[1] : null;
    }

    private static string CpuName()
    {
        try
        {
            return File.ReadLines("/proc/cpuinfo")
                    .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
                    ?.Split(':', 2)[1]
                    .Trim()
                ?? RuntimeInformation.ProcessArchitecture.ToString();
        }
        catch (IOException)
        {
            return RuntimeInformation.ProcessArchitecture.ToString();
        }
    }
}
