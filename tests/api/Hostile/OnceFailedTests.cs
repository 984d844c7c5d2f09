using System.Net;
using static Commerce.Shopping;

namespace Commerce.Hostile;

/// <summary>What fuzzing has found, each as the request that it was.</summary>
public sealed class OnceFailedTests(RunningShop shop)
{
    [Theory]
    [InlineData("""{"actions":[{"a":1}]}""")]
    [InlineData("""{"actions":[{"sku":"MUG","quantity":1}]}""")]
    [InlineData("""{"actions":[{"type":"no_such"}]}""")]
    [InlineData("""{"actions":["add_line"]}""")]
    public async Task An_action_says_which_it_is(string body) =>
        (await shop.PostAsync($"{await shop.NewCartAsync()}/actions", body)).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\" \"")]
    public async Task Store_credit_is_somebodys(string email)
    {
        var cart = await shop.NewCartAsync();

        (await shop.AsOperator.PutAsync($"/v1/admin{cart["/v1".Length..]}/store-credit", $$"""{"currency":"GBP","email":{{email}}}"""))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/email");
        (await shop.AsOperator.PostAsync("/v1/admin/store-credits", $$"""{"amount":{"amount":3,"currency":"EUR"},"reason":"x","email":{{email}}}""", Key()))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/email");
    }

    [Theory]
    [InlineData("""{"id":"nowhere","country":"DE","priority":1}""")]
    [InlineData("""{"id":"nowhere","name":"","country":"DE","priority":1}""")]
    [InlineData("""{"id":"nowhere","name":"Nowhere","country":"DE","postal_code":"123456789012345678901","priority":1}""")]
    public async Task A_location_has_a_name_and_a_postal_code_of_a_usual_length(string location) =>
        (await shop.AsOperator.PutAsync("/v1/admin/locations", $$"""{"data":[{{location}}]}"""))
            .ExpectProblem(HttpStatusCode.UnprocessableEntity, "validation_failed", "/name");

    [Fact]
    public async Task A_line_of_a_feed_that_has_no_id_is_answered_by_its_place()
    {
        var answer = (await shop.AsOperator.PostAsync("/v1/admin/stock/batch", """{"lines":[{"sku":"MUG","location":"leeds","kind":"count","on_hand":1}]}"""))
            .Expect(HttpStatusCode.OK);

        Assert.Null(answer["data"]![0]!["id"]);
        Assert.Equal((0, "refused"), ((int)answer["data"]![0]!["index"]!, (string?)answer["data"]![0]!["status"]));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/xml;q=0")]
    [InlineData("image/*")]
    public async Task A_refusal_has_its_code_whatever_the_caller_would_rather_read(string accept)
    {
        (await shop.GetAsync("/v1/nothing", ("Accept", accept))).ExpectProblem(HttpStatusCode.NotFound, "not_found");
        (await shop.GetAsync("/v1/products?limit=0", ("Accept", accept))).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
        (await shop.PostAsync("/v1/carts", "[]", ("Accept", accept))).ExpectProblem(HttpStatusCode.BadRequest, "malformed_request");
        (await shop.GetAsync("/v1/admin/orders", ("Accept", accept))).ExpectProblem(HttpStatusCode.Unauthorized, "unauthenticated");
    }
}
