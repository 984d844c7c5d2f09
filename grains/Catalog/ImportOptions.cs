using System.ComponentModel.DataAnnotations;

namespace Commerce.Catalog;

/// <summary>Pace and limits of imports; section <c>Imports</c>. Checked at start-up.</summary>
public sealed class ImportOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Imports";

    /// <summary>Products one import writes at the same time: 3 to 5 grain calls each, and one for each variant's stock.</summary>
    [Range(1, 128)]
    public int ProductsAtOnce { get; set; } = 16;

    /// <summary>Products between two checkpoints: what is done again after a crash.</summary>
    [Range(1, 10_000)]
    public int ProductsPerSlice { get; set; } = 200;

    /// <summary>Time between two checkpoints, however few products it was enough for.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:20")]
    public TimeSpan SliceDuration { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of one row; a longer one is an error. Bounds what an unclosed quote makes the import hold.</summary>
    [Range(4_096, 16 * 1_048_576)]
    public int RowBytesMax { get; set; } = 1_048_576;

    /// <summary>How often a product is tried before the import pauses.</summary>
    [Range(1, 10)]
    public int AttemptsMax { get; set; } = 4;

    /// <summary>When an import that stands still is taken up again; doubles with each pause, up to ten minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ResumeAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Pauses with no checkpoint between them after which an import is given up: about three hours.</summary>
    [Range(1, 1_000)]
    public int PausesMax { get; set; } = 20;
}
