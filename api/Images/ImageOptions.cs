using System.ComponentModel.DataAnnotations;

namespace Commerce.Images;

/// <summary>Limits of pictures, and where they are kept; section <c>Images</c>. Checked at start-up.</summary>
public sealed class ImageOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Images";

    /// <summary>Bytes of a file that is uploaded.</summary>
    [Range(1_024, 104_857_600)]
    public long UploadBytesMax { get; set; } = 10 * 1_048_576;

    /// <summary>Pixels of a picture. Each takes four bytes while it is decoded, and four more while it is turned or made smaller.</summary>
    [Range(1, 268_435_456)]
    public long PixelsMax { get; set; } = 40_000_000;

    /// <summary>Pixels of its longer side. WebP has no more than 16,383.</summary>
    [Range(1, 16_383)]
    public int SideMax { get; set; } = 12_000;

    /// <summary>Pictures that are decoded at once; 0: as many as there are processors, and at most four for the sake of memory.</summary>
    [Range(0, 256)]
    public int DecodersMax { get; set; }

    /// <summary>How many may wait to be decoded. Whoever comes then is told to come again.</summary>
    [Range(0, 10_000)]
    public int WaitingMax { get; set; } = 64;

    /// <summary>A folder that all front doors share. Null: <c>images</c> in the data folder.</summary>
    public string? Folder { get; set; }

    /// <summary>Object storage that speaks S3, such as <c>https://s3.eu-central-1.amazonaws.com</c>. Null: the folder.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The bucket, which must be there.</summary>
    public string? Bucket { get; set; }

    /// <summary>Where the bucket is.</summary>
    [Required]
    public string Region { get; set; } = "us-east-1";

    /// <summary>Who the shop is to the object storage.</summary>
    public string? AccessKey { get; set; }

    /// <summary>The secret that proves it.</summary>
    public string? SecretKey { get; set; }

    /// <summary>How long the object storage may take for one thing.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:02:00")]
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(10);

    internal int Decoders => DecodersMax > 0 ? DecodersMax : Math.Min(Environment.ProcessorCount, 4);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Endpoint is null)
        {
            if (Bucket is not null || AccessKey is not null || SecretKey is not null)
            {
                yield return new("Images:Endpoint says where the bucket is.", [nameof(Endpoint)]);
            }

            yield break;
        }

        if (!Endpoint.IsAbsoluteUri || Endpoint.Scheme is not ("https" or "http") || Endpoint.PathAndQuery != "/")
        {
            yield return new("Images:Endpoint is an address such as https://s3.eu-central-1.amazonaws.com, without a path.", [nameof(Endpoint)]);
        }

        foreach (var (name, value) in new[] { (nameof(Bucket), Bucket), (nameof(AccessKey), AccessKey), (nameof(SecretKey), SecretKey) })
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                yield return new($"With Images:Endpoint, Images:{name} is needed.", [name]);
            }
        }
    }
}
