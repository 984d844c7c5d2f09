using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Commerce.Processes;
using Dapper;

namespace Commerce.Catalog;

[Collection(nameof(Alone))]
public sealed class ImportTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("commerce-import-").FullName;
    private TestDatabase _database = null!;
    private ShopProcess _silo = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _silo = await ShopProcess.SiloAsync(_folder, _database.ConnectionString, ("Imports__ResumeAfter", "00:00:06"));
        _http = new() { BaseAddress = _silo.Address };
        _http.DefaultRequestHeaders.Authorization = new("Bearer", ShopProcess.OperatorKey);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _silo.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_real_catalogue_is_imported_through_a_crash_and_its_dirt_is_explained()
    {
        var invoices = OnlineRetail.Find();
        Assert.SkipWhen(invoices is null, "The Online Retail data is not beside the repository.");
        var import = await StartAsync(OnlineRetail.ToProductCsv(invoices), "real");
        await Eventually.TrueAsync(async () => (await ReadAsync(import)).GetProperty("rows").GetInt64() > 400, OneMinute);

        await _silo.KillAsync();
        await _silo.StartAsync();

        await Eventually.TrueAsync(
            async () => (await ReadAsync(import)).GetProperty("status").GetString() == "completed", 3 * OneMinute);
        var done = await ReadAsync(import);
        var (rows, products, failed) = (
            done.GetProperty("rows").GetInt64(), done.GetProperty("products").GetInt64(), done.GetProperty("failed").GetInt64());
        Assert.Equal(2408, rows);
        Assert.Equal(rows, products + failed);
        await using var connection = await _database.Source.OpenConnectionAsync();
        var explained = (await connection.QueryAsync<(string Code, long Rows)>(
            "select code, count(distinct \"row\") from import_errors where import_id = @import group by code order by code",
            new { import })).ToDictionary();
        foreach (var (code, count) in explained)
        {
            output.WriteLine($"{count,5} {code}");
        }

        Assert.Equal(failed, await connection.ExecuteScalarAsync<long>(
            "select count(distinct \"row\") from import_errors where import_id = @import", new { import }));
        Assert.Contains("missing_title", explained.Keys);
        Assert.Contains("price_missing", explained.Keys);
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>(
            "select count(*) from (select from journal_events where type = 'stock.counted' and data ->> 'reference' = @import group by stream having count(*) > 1) twice",
            new { import }));
        await Eventually.TrueAsync(async () =>
            (await _http.GetFromJsonAsync<JsonElement>("/v1/products?q=hanging+heart")).GetProperty("data").GetArrayLength() > 0);
    }

    [Fact]
    public async Task Each_row_that_cannot_be_taken_says_why_and_the_others_are_for_sale()
    {
        const string file = """
            Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,Status
            tea,Green tea,Size,50 g,T-50,4.50,10,active
            tea,,Size,100 g,T-100,a lot,10,active
            cup,Cup,Title,Default Title,CUP-1,7,3,active
            bowl,,Title,Default Title,BOWL-1,7,3,active
            """;
        var import = await StartAsync(System.Text.Encoding.UTF8.GetBytes(file), "small");
        await Eventually.TrueAsync(async () => (await ReadAsync(import)).GetProperty("status").GetString() == "completed", OneMinute);

        var errors = await _http.GetFromJsonAsync<JsonElement>($"/v1/admin/imports/{import}/errors");
        Assert.Equal(
            ["2 invalid_price", "4 missing_title"],
            errors.GetProperty("data").EnumerateArray()
                .Select(error => $"{error.GetProperty("row")} {error.GetProperty("code").GetString()}"));
        Assert.Equal(10, (await _http.GetFromJsonAsync<JsonElement>("/v1/admin/stock/T-50")).GetProperty("available").GetInt32());
        await Eventually.TrueAsync(async () =>
        {
            using var cup = await _http.GetAsync(new Uri("/v1/products/cup", UriKind.Relative));
            return cup.IsSuccessStatusCode;
        });

        // The same key again is the same import, not another one.
        Assert.Equal(import, await StartAsync(System.Text.Encoding.UTF8.GetBytes(file), "small"));
    }

    [Fact]
    public async Task Only_a_csv_file_of_an_operator_is_taken()
    {
        using var json = await _http.PostAsJsonAsync("/v1/admin/imports", new { });
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, json.StatusCode);

        using var stranger = new HttpClient { BaseAddress = _silo.Address };
        using var refused = await stranger.PostAsync(new Uri("/v1/admin/imports", UriKind.Relative), Csv([]));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    private async Task<string> StartAsync(byte[] file, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/admin/imports?currency=GBP&location=leeds") { Content = Csv(file) };
        request.Headers.Add("Idempotency-Key", key);
        await Eventually.TrueAsync(async () =>
            (await _http.GetStringAsync(new Uri("/v1/admin/locations", UriKind.Relative))).Contains("leeds", StringComparison.Ordinal));
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, body);
        return JsonElement.Parse(body).GetProperty("id").GetString()!;
    }

    private Task<JsonElement> ReadAsync(string import) => _http.GetFromJsonAsync<JsonElement>($"/v1/admin/imports/{import}");

    private static ByteArrayContent Csv(byte[] file)
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return content;
    }
}
