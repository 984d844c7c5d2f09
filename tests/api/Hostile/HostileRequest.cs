using System.Net.Http.Headers;
using System.Text;
using Commerce.Images;
using CsCheck;
using SkiaSharp;

namespace Commerce.Hostile;

/// <summary>A request as it goes over the wire, of an operation.</summary>
/// <param name="Target">Path and query, escaped as they are to be sent.</param>
/// <param name="Body">Null: none.</param>
internal sealed record HostileRequest(
    Operation Operation, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body, string? BodyType)
{
    /// <summary>What goes where text goes although it is not escaped text.</summary>
    private static readonly string[] Escapes = ["%00", "%ff", "%c0%af", "%2e%2e%2f", "%", "%zz", "%ed%a0%80", "a;b", "%0d%0aX-Evil:1", "%25%30%30"];

    /// <summary>Requests of an operation, mostly such as it takes.</summary>
    public static Gen<HostileRequest> Of(Operation operation, HostileValues values)
    {
        var path = operation.Parameters.Where(parameter => parameter.In == "path").Aggregate(
            Gen.Const(operation.Path),
            (before, parameter) => Gen.Select(
                before, Escaped(values.Text(parameter.Schema, Name(operation, parameter))), (so, value) => so.Replace($"{{{parameter.Name}}}", value, StringComparison.Ordinal)));
        var query = operation.Parameters.Where(parameter => parameter.In == "query").Aggregate(
            Gen.Const(""),
            (before, parameter) => Gen.Select(
                before, Escaped(values.Text(parameter.Schema, parameter.Name)), Gen.Int[0, parameter.IsRequired ? 20 : 3], (so, value, times) => times switch
                {
                    0 => so,
                    1 when !parameter.IsRequired => $"{so}&{parameter.Name}={value}&{parameter.Name}={value}",
                    _ => $"{so}&{parameter.Name}={value}",
                }));
        var body = operation.BodyType switch
        {
            null => Gen.Frequency((8, Gen.Const((byte[]?)null)), (1, HostileValues.OneOf("{}", "null", "x").Select(Bytes))),
            "text/csv" => HostileValues.OneOf(CsvFiles).Select(Bytes),
            "image/jpeg" => Pictures(),
            _ => Gen.Frequency(
                (40, values.Body(operation.BodySchema).Select(Bytes)), (1, Gen.Const((byte[]?)null)),
                (1, values.Body(operation.BodySchema).Select(json => (byte[]?)[0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(json)])),
                (1, Gen.Byte.Array[0, 64].Select(bytes => (byte[]?)bytes)),
                (1, values.Body(operation.BodySchema).Select(json => (byte[]?)Encoding.Unicode.GetBytes(json)))),
        };
        var mediaType = Gen.Frequency(
            (40, Gen.Const((string?)operation.BodyType ?? "application/json")),
            (1, HostileValues.OneOf(
                "text/plain", "application/json; charset=utf-16", "application/json; charset=nonsense", "application/problem+json", "", "multipart/form-data",
                "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/json; charset=\"", "*/*", "text/csv")));
        return Gen.Select(path, query, body, mediaType, Headed(operation)).Select((target, asked, sent, type, headers) => new HostileRequest(
            operation, asked.Length == 0 ? target : $"{target}?{asked[1..]}", headers, sent, sent is null ? null : type));
    }

    /// <summary>The request for a client with this way in.</summary>
    public HttpRequestMessage ToMessage(Uri shop, string? token)
    {
        var message = new HttpRequestMessage(
            new(Operation.Method), new Uri(shop.GetLeftPart(UriPartial.Authority) + Target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        message.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", BodyType);
        }

        return message;
    }

    public override string ToString() =>
        $"{Operation.Method} {Short(Target)} {string.Join(' ', Headers.Select(header => $"[{header.Name}: {Short(header.Value)}]"))} [{BodyType}] {(Body is null ? "" : Short(Encoding.UTF8.GetString(Body)))}";

    /// <summary>Pictures with a hole, a tail, an end or a byte that they should not have, and what only begins like one.</summary>
    private static Gen<byte[]?> Pictures() => Gen.Select(
        HostileValues.OneOf(PictureFiles), Gen.Int[0, 5], Gen.Int[0, int.MaxValue], Gen.Byte.Array[0, 64]).Select((file, kind, at, noise) => kind switch
        {
            0 => (byte[]?)file,
            1 => file[..(at % file.Length)],
            2 => [.. file, .. noise],
            3 => [.. file.AsSpan(0, Math.Min(file.Length, 40)), .. noise],
            _ => [.. file.AsSpan(0, at % file.Length), .. noise, .. file.AsSpan(Math.Min(file.Length, (at % file.Length) + noise.Length))],
        });

    private static readonly byte[][] PictureFiles =
    [
        TestPictures.Of(SKEncodedImageFormat.Jpeg, 40, 30), TestPictures.FromCamera(TestPictures.Of(SKEncodedImageFormat.Jpeg, 40, 30), orientation: 8),
        TestPictures.Of(SKEncodedImageFormat.Png, 40, 30, isTransparent: true), TestPictures.WithText(TestPictures.Of(SKEncodedImageFormat.Png, 40, 30)),
        TestPictures.Of(SKEncodedImageFormat.Webp, 40, 30), TestPictures.WithExif(TestPictures.Of(SKEncodedImageFormat.Webp, 40, 30), 40, 30),
        TestPictures.Bomb(50_000, 50_000), TestPictures.Bomb(1, 1), TestPictures.Bomb(-1, int.MaxValue), "GIF89a"u8.ToArray(), "<svg/>"u8.ToArray(), [0],
    ];

    private static readonly string[] CsvFiles =
    [
        "", "\n", "Handle,Title\n", "Handle,Title,Variant SKU,Variant Price\na,A,SKU-A,9.99\n", "Handle,Title,Variant SKU,Variant Price\na,A,SKU-A,1e400\n,,,\n",
        "\"Handle,Title\n", "Handle,Handle\na,b\n", "\0\0\0", "Handle;Title\na;b\n", "Handle,Title,Variant SKU,Variant Price\n=cmd|' /C calc'!A0,<b>,../x,NaN\n",
        new('x', 200_000), string.Concat(Enumerable.Repeat(",", 20_000)) + "\n", "\uFEFFHandle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\nb,B,Size,S,S-1,-1\nb,,,M,S-1,1\n",
    ];

    private static Gen<IReadOnlyList<(string, string)>> Headed(Operation operation)
    {
        var keys = Gen.Frequency(
            (10, Gen.Int[0, int.MaxValue].Select(number => $"fuzz-{number}")), (1, HostileValues.OneOf("again", "", " ", "ä", "a b", new string('k', 255), new string('k', 256))));
        var versions = HostileValues.OneOf("\"1\"", "\"2\"", "*", "W/\"1\"", "1", "\"\"", "\"-1\"", "\"99999999999999999999\"", "\"1\", \"2\"", "\"9223372036854775807\"");
        var others = HostileValues.OneOf(
            ("Accept", "text/html"), ("Accept", "application/xml;q=0"), ("Accept-Language", "\u0001"), ("X-HTTP-Method-Override", "DELETE"), ("Last-Event-ID", "-1"),
            ("Last-Event-ID", "99999999999999999999"), ("Cookie", "session=x; =; ;;"), ("Range", "bytes=9-1"), ("If-None-Match", "\"x"), ("If-Modified-Since", "never"),
            ("Content-Encoding", "gzip"), ("traceparent", "00-zz-zz-zz"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("X-Forwarded-For", "1.2.3.4, x"),
            ("Origin", "null"), ("Accept-Encoding", "gzip;q=x"), ("Stripe-Signature", "t=1,v1=00"), ("Expect", "200-ok"));
        var key = operation.Parameters.FirstOrDefault(parameter => parameter.Name == "Idempotency-Key");
        return Gen.Select(keys, Gen.Int[0, 30], versions, Gen.Int[0, 9], others, Gen.Int[0, 9]).Select((name, named, version, insists, other, odd) =>
            (IReadOnlyList<(string, string)>)
            [
                .. key is not null && named > (key.IsRequired ? 0 : 20) ? [("Idempotency-Key", name)] : Array.Empty<(string, string)>(),
                .. key is not null && insists == 0 ? [("If-Match", version)] : Array.Empty<(string, string)>(),
                .. odd == 0 ? [other] : Array.Empty<(string, string)>(),
            ]);
    }

    /// <summary>What a parameter stands for: <c>id</c> says what of by the part of the path before it.</summary>
    private static string Name(Operation operation, Parameter parameter) =>
        parameter.Name == "id" ? operation.Path.Split('/').TakeWhile(part => part != "{id}").Last() : parameter.Name;

    private static Gen<string> Escaped(Gen<string> texts) =>
        Gen.Frequency((30, texts.Select(text => Uri.EscapeDataString(text.Length switch { 0 => "~", > 500 => text[..500], _ => text }))), (1, HostileValues.OneOf(Escapes)));

    private static byte[]? Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Short(string text) => text.Length > 1_500 ? $"{text[..1_500]}… ({text.Length})" : text;
}
