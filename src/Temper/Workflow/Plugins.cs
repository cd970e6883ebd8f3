using System.Reflection;
using System.Runtime.Loader;
using Temper.Errors;
using Temper.Runs;

namespace Temper.Workflow;

/// <summary>Loads components — networks, attacks, training methods — from assemblies of the user.</summary>
/// <remarks>A plugin is code and runs with the rights of the process: load only what you trust.</remarks>
public static class Plugins
{
    /// <summary>Loads an assembly and adds its components to the catalogue.</summary>
    /// <param name="path">The assembly file (<c>.dll</c>); its own dependencies are looked for beside it.</param>
    /// <exception cref="DataException">There is no such file, it is no assembly, or it holds no component.</exception>
    public static void Load(string path)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            throw new DataException($"{path}: no such file, expected an assembly (.dll) with components.");
        }
        Assembly assembly;
        try
        {
            var resolver = new AssemblyDependencyResolver(full);
            AssemblyLoadContext.Default.Resolving += (context, name) =>
                resolver.ResolveAssemblyToPath(name) is { } found ? context.LoadFromAssemblyPath(found) : null;
            assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(full);
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or InvalidOperationException)
        {
            throw new DataException($"{path}: not an assembly that can be loaded ({e.Message}).", e);
        }
        if (Catalogue.Add(assembly) == 0)
        {
            throw new DataException(
                $"{path}: it holds no component, expected a class with the attribute [Component]: an Architecture, an Attack or an Objective."
            );
        }
    }
}
