using System.Text.Json.Serialization;

namespace Temper.Evaluation;

/// <summary>How journal lines are written, without reflection.</summary>
[JsonSerializable(typeof(JournalLine))]
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
internal sealed partial class JournalJson : JsonSerializerContext;
