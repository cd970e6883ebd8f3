namespace Temper.Numerics;

/// <summary>One setting of the native environment, for the manifest of a run.</summary>
/// <param name="Name">The environment variable, or for the allocator the parameter of <c>mallopt</c>.</param>
/// <param name="Value">The value in force; for <see cref="NativeSettingOrigin.Unavailable"/> the one that was wanted.</param>
/// <param name="Origin">Who decided it.</param>
public sealed record NativeSetting(string Name, string Value, NativeSettingOrigin Origin);
