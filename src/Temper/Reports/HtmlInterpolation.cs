using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Temper.Reports;

/// <summary>Collects an interpolated string as markup, escaping every value that is not markup already.</summary>
/// <remarks>No generic overload on purpose: a value of a new type must say how it is to be written.</remarks>
[InterpolatedStringHandler]
internal readonly struct HtmlInterpolation(int literalLength, int formattedCount)
{
    private readonly StringBuilder _text = new(literalLength + (16 * formattedCount));

    public void AppendLiteral(string literal) => _text.Append(literal);

    public void AppendFormatted(Html markup) => _text.Append(markup.Markup);

    public void AppendFormatted(IEnumerable<Html> markup) => _text.Append(Html.Join(markup).Markup);

    public void AppendFormatted(string? text) => Html.Escape(_text, text);

    public void AppendFormatted(long value) => _text.Append(value.ToString(CultureInfo.InvariantCulture));

    public void AppendFormatted(double value, string format) =>
        _text.Append(value.ToString(format, CultureInfo.InvariantCulture));

    public string ToMarkup() => _text.ToString();
}
