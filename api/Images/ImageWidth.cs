using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Commerce.Images;

/// <summary>
/// How wide a picture is shown, in pixels: a step of one ladder, so that there are only so many files of a picture and caches
/// share them. The pages know the same steps.
/// </summary>
internal readonly record struct ImageWidth(int Pixels) : IParsable<ImageWidth>
{
    /// <summary>For whoever does not say how wide.</summary>
    public static readonly ImageWidth Usual = new(960);

    /// <summary>The steps, the smallest first.</summary>
    public static ImmutableArray<ImageWidth> Ladder { get; } = [new(160), new(320), new(640), Usual, new(1_280), new(1_920)];

    public static ImageWidth Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var width) ? width : throw new FormatException("Not a step of the ladder.");

    /// <summary>Each step has one way to be written.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ImageWidth result)
    {
        result = Ladder.FirstOrDefault(step => step.ToString() == s);
        return result != default;
    }

    /// <summary>The size at this width of a picture that is so large: never more than it has, never less than a pixel.</summary>
    public (int Width, int Height) Of(int width, int height) => width <= Pixels
        ? (width, height)
        : (Pixels, (int)Math.Max(1, (((long)height * Pixels) + (width / 2)) / width));

    public override string ToString() => Pixels.ToString(CultureInfo.InvariantCulture);
}
