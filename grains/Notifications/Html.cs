using System.Globalization;
using System.Text.Encodings.Web;

namespace Commerce.Notifications;

/// <summary>
/// A piece of markup. Text becomes one only by being encoded, so what a customer or a catalogue says is inert.
/// </summary>
internal readonly record struct Html(string Markup)
{
    /// <summary>Markup with values in it: those that are not markup themselves are encoded.</summary>
    public static Html Of(FormattableString markup) => new(string.Format(
        CultureInfo.InvariantCulture, markup.Format, [.. markup.GetArguments().Select(Encoded)]));

    /// <summary>One after the other.</summary>
    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.Markup)));

    private static object Encoded(object? value) =>
        value is Html html
            ? html.Markup
            : HtmlEncoder.Default.Encode(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
}
