using System.ComponentModel.DataAnnotations;

namespace Commerce.Hosting;

/// <summary>How this process takes part in the cluster; section <c>Silo</c>. Checked at start-up.</summary>
public sealed class SiloOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Silo";

    /// <summary>Whether this process is a front door as well. Otherwise it serves health and metrics only.</summary>
    public bool ServesApi { get; set; } = true;

    /// <summary>Silos with the same name on the same database are one cluster.</summary>
    [Required, RegularExpression("^[a-z0-9-]{1,100}$")]
    public string ClusterId { get; set; } = "commerce";

    /// <summary>The address other silos reach this one at; not set: this machine only.</summary>
    public string? AdvertisedAddress { get; set; }

    /// <summary>The port for other silos; 0: 11111 or, if that is taken, any.</summary>
    [Range(0, 65_535)]
    public int SiloPort { get; set; }

    /// <summary>The port for front doors in other processes; 0: 30000 or, if that is taken, any.</summary>
    [Range(0, 65_535)]
    public int GatewayPort { get; set; }
}
