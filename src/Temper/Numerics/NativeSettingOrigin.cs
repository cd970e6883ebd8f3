namespace Temper.Numerics;

/// <summary>Who decided a native setting.</summary>
public enum NativeSettingOrigin
{
    /// <summary>This library set it.</summary>
    Temper,

    /// <summary>It was set in the environment the process was started with, and was left as it was.</summary>
    User,

    /// <summary>This system does not offer it, or refused the value; nothing was changed.</summary>
    Unavailable,
}
