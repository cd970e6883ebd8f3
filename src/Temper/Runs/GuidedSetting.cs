using System.Reflection;

namespace Temper.Runs;

/// <summary>A setting of a recipe that composes with any training method.</summary>
/// <param name="Key">Its key, such as <c>training.ema</c>.</param>
/// <param name="Summary">What it is, in one line.</param>
/// <param name="Guidance">What it does, and when it is worth its cost.</param>
internal sealed record GuidedSetting(string Key, string Summary, GuidanceAttribute Guidance)
{
    /// <summary>Gets all of them in the order of a recipe.</summary>
    public static IReadOnlyList<GuidedSetting> All =>
        [.. Of(typeof(TrainingConfig), "training."), .. Of(typeof(DataConfig), "data.")];

    private static IEnumerable<GuidedSetting> Of(Type record, string prefix)
    {
        foreach (var option in OptionProperty.Of(record))
        {
            if (option.Property.GetCustomAttribute<GuidanceAttribute>() is { } guidance)
            {
                yield return new(prefix + option.Key, option.Summary, guidance);
            }
            else if (
                option.Type.Name.EndsWith("Config", StringComparison.Ordinal)
                && option.Type != typeof(ComponentConfig)
            )
            {
                foreach (var inner in Of(option.Type, $"{prefix}{option.Key}."))
                {
                    yield return inner;
                }
            }
        }
    }
}
