using System.Text.Json.Nodes;
using Temper.Evaluation;
using Temper.Runs;

namespace Temper.Reports;

/// <summary>What is certified, as the report for programs says it.</summary>
internal static class BracketJson
{
    /// <summary>The lower end of the bracket, whose upper end is the worst case; null where nothing was to be certified.</summary>
    public static JsonObject? Of(Evidence evidence)
    {
        if (evidence.Bracket is not { } bracket)
        {
            return null;
        }
        var isRandom = evidence.Selection.Kind != SelectionKind.First && bracket.Card.Problem is null;
        return new JsonObject
        {
            ["certified"] = bracket.Certified,
            ["n"] = bracket.N,
            ["rate"] = bracket.Certified / (double)bracket.N,
            ["lower"] = isRandom ? Interval.LowerLimit(bracket.Certified, bracket.N) : null,
            ["method"] = bracket.Card.Method,
            ["by"] = new JsonObject(bracket.By.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))),
            ["arithmetic"] = bracket.Card.Arithmetic,
            ["withdrawn"] = new JsonArray([.. bracket.Withdrawn.Select(index => (JsonNode)index)]),
            ["problem"] = bracket.Card.Problem,
            ["remark"] = bracket.Card.Remark,
        };
    }
}
