using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Commerce.Identity;
using Commerce.Images;
using Commerce.Inventory;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Commerce.Http;

/// <summary>
/// Tells the OpenAPI document what it cannot see in the types: values that are written as text, headers, problems, the
/// operator key.
/// </summary>
internal static class OpenApiDescription
{
    private const string ProblemName = "Problem";
    private const string TokenScheme = "token";

    /// <summary>Completes the document of <c>/v1</c>.</summary>
    public static void Complete(OpenApiOptions options)
    {
        options.ShouldInclude = route => route is { RelativePath: { } path, HttpMethod: not "HEAD" }
            && (path.StartsWith("v1/", StringComparison.Ordinal) || path.StartsWith("media/", StringComparison.Ordinal));
        options.AddSchemaTransformer(DescribeSchema);
        options.AddOperationTransformer(DescribeOperation);
        options.AddDocumentTransformer(DescribeDocument);
    }

    private static async Task DescribeSchema(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellation)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (IsOptional(type))
        {
            var inner = await context.GetOrCreateSchemaAsync(type.GetGenericArguments()[0], null, cancellation);
            (schema.Type, schema.Properties, schema.Required) =
                ((inner.Type ?? JsonSchemaType.Object) | JsonSchemaType.Null, inner.Properties, inner.Required);
        }
        else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Word<>))
        {
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. Enum.GetNames(type.GetGenericArguments()[0])
                .Select(name => (System.Text.Json.Nodes.JsonNode)JsonNamingPolicy.SnakeCaseLower.ConvertName(name))];
        }
        else if (type == typeof(string) || type.IsEnum || IsText(type))
        {
            var isNull = context.JsonPropertyInfo?.IsGetNullable == true && schema.Enum is not { Count: > 0 };
            schema.Type = isNull ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
            schema.Pattern ??= Pattern(type);
        }

        // Texts have a converter of ours, of which the framework says nothing.
        if (context.JsonTypeInfo.ElementType == typeof(string))
        {
            var text = new OpenApiSchema { Type = JsonSchemaType.String };
            if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Dictionary)
            {
                schema.AdditionalProperties = text;
            }
            else if (schema.Type?.HasFlag(JsonSchemaType.Array) != false)
            {
                schema.Items = text;
            }
        }

        // Nor does it say what a list of texts holds that may be null.
        DescribeTexts(schema, type);

        // What may be null may be left out.
        foreach (var property in context.JsonTypeInfo.Properties.Where(property => property.IsGetNullable || IsOptional(property.PropertyType)))
        {
            schema.Required?.Remove(property.Name);
        }
    }

    private static void DescribeTexts(OpenApiSchema schema, Type type, bool isNullable = false)
    {
        if (type == typeof(string) && schema is { Type: null, OneOf: null })
        {
            schema.Type = isNullable ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        }
        else if (schema.Items is null && schema.Type?.HasFlag(JsonSchemaType.Array) == true && type.IsGenericType
            && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) && type.GetGenericArguments()[0] is var held
            && (held == typeof(string) || IsText(held)))
        {
            schema.Items = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = Pattern(held) };
        }
    }

    /// <summary>What stands in lists that may be null, the framework describes without asking us.</summary>
    private static void DescribeWhatWasNotAsked(OpenApiDocument document, JsonSerializerOptions json)
    {
        foreach (var type in typeof(EntityId).Assembly.GetExportedTypes().Where(type => !type.IsGenericTypeDefinition))
        {
            if (document.Components?.Schemas?.TryGetValue(type.Name, out var known) != true || known is not OpenApiSchema { Properties: { } described })
            {
                continue;
            }

            foreach (var property in json.GetTypeInfo(type).Properties)
            {
                if (described.TryGetValue(property.Name, out var member) && member is OpenApiSchema schema)
                {
                    DescribeTexts(schema, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, property.IsGetNullable);
                }
            }
        }
    }

    private static bool IsOptional(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>);

    /// <summary>Whether it is a struct of ours that is written as one string.</summary>
    private static bool IsText(Type type) =>
        (type.Assembly == typeof(EntityId).Assembly || type == typeof(ImageId))
        && type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IParsable<>));

    private static string? Pattern(Type type) =>
        type == typeof(Sku) ? "^[A-Za-z0-9._-]{1,64}$"
        : type == typeof(SalesChannel) || type == typeof(LocationId) ? "^[a-z0-9-]{1,64}$"
        : type == typeof(Currency) ? "^[A-Z]{3}$"
        : type == typeof(ImageId) ? ImageId.Pattern
        : type.GetProperty("Prefix", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is string prefix
            ? $"^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$"
            : null;

    private static Task DescribeOperation(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        operation.Parameters ??= [];
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>().Where(at => at.In == ParameterLocation.Query))
        {
            parameter.Name = JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name!);
        }

        // Of a path the framework says only that it is text.
        foreach (var width in operation.Parameters.OfType<OpenApiParameter>().Where(at => context.Description.ParameterDescriptions.Any(
            described => described.Name == at.Name && described.RouteInfo?.Constraints?.OfType<IdConstraint<ImageWidth>>().Any() == true)))
        {
            width.Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = [.. ImageWidth.Ladder.Select(step => (System.Text.Json.Nodes.JsonNode)step.ToString())],
            };
        }

        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var taken = metadata.OfType<MethodInfo>()
            .SelectMany(method => method.GetParameters())
            .Select(parameter => parameter.ParameterType)
            .ToHashSet();
        if (taken.Contains(typeof(CommandHeaders)))
        {
            operation.Parameters.Add(Header(
                "Idempotency-Key",
                "Names the request: repeating it with the same key is harmless and answered the same, with Idempotent-Replayed: true. 1 to 255 visible ASCII characters.",
                metadata.OfType<IdempotencyKeyRequired>().Any()));
            operation.Parameters.Add(Header("If-Match", "The ETag that the resource must still have; otherwise 412."));
        }

        if (taken.Contains(typeof(Storefront)))
        {
            operation.Parameters.Add(Header(Storefronts.Header, "The publishable key of the storefront that asks, where Authorization has the token of whoever is signed in."));
        }

        if (metadata.OfType<Need>().LastOrDefault() is { } needed && needed.Scope != Scopes.Own && context.Description.HttpMethod is not "GET")
        {
            operation.Parameters.Add(Header("Audit-Reason", "Why, for the audit log: 1 to 200 printable ASCII characters, no personal data."));
        }

        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "A refusal or a failure, as RFC 9457 has it; its code is stable.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(ProblemName, context.Document) },
            },
        };
        if (metadata.OfType<Need>().LastOrDefault() is { } need)
        {
            operation.Security =
            [
                new() { [new OpenApiSecuritySchemeReference(TokenScheme, context.Document)] = [need.Scope] },
                .. need.Scope == Scopes.Own ? [] : new OpenApiSecurityRequirement[]
                {
                    new() { [new OpenApiSecuritySchemeReference(KeyHandler.SchemeName, context.Document)] = [] },
                },
            ];
        }

        return Task.CompletedTask;
    }

    private static OpenApiParameter Header(string name, string description, bool isRequired = false) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Required = isRequired,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static async Task DescribeDocument(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new()
        {
            Title = "Commerce",
            Version = "v1",
            Description = "Money is in minor units of its currency; lists are read page by page with `cursor`; all times are UTC.",
        };
        document.Servers = [];
        DescribeWhatWasNotAsked(document, context.ApplicationServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
        var error = await context.GetOrCreateSchemaAsync(typeof(FieldError), null, cancellation);
        document.AddComponent(ProblemName, new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "Why a request was refused (RFC 9457).",
            Required = new HashSet<string> { "type", "title", "status", "code", "retryable" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Text("A URN of the code."),
                ["title"] = Text("The code in words."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
                ["detail"] = Text("What is wrong, for people."),
                ["instance"] = Text("The path that was asked for."),
                ["code"] = Text("Stable: what programs may decide by."),
                ["retryable"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Boolean, Description = "Whether the same request may succeed later.",
                },
                ["trace_id"] = Text("Finds the request in traces and logs."),
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array, Items = error, Description = "The fields at fault, by JSON pointer (RFC 6901).",
                },
            },
        });
        document.AddComponent<IOpenApiSecurityScheme>(KeyHandler.SchemeName, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A secret key (`sk_…`) that has the scope, or the operator key.",
        });
        var scopes = Scopes.All.Append(Scopes.Everything).Order(StringComparer.Ordinal).ToDictionary(scope => scope, Describe);
        document.AddComponent<IOpenApiSecurityScheme>(TokenScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.OAuth2,
            Description = "An access token of somebody whose role grants the scope.",
            Flows = new()
            {
                AuthorizationCode = new()
                {
                    AuthorizationUrl = new("/connect/authorize", UriKind.Relative),
                    TokenUrl = new("/connect/token", UriKind.Relative),
                    RefreshUrl = new("/connect/token", UriKind.Relative),
                    Scopes = scopes,
                },
                ClientCredentials = new() { TokenUrl = new("/connect/token", UriKind.Relative), Scopes = scopes },
            },
        });

        static string Describe(string scope) => scope.Split(':') switch
        {
            [var area, "read"] => $"To look at {area}.",
            [var area, "write"] => $"To change {area}.",
            _ => "All that the user may do.",
        };

        static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
    }
}
