using System.Globalization;
using System.Text.Json.Nodes;

namespace Emulator.Nodes.Samples;

/// <summary>The part of httpbin that Istio's tasks use; the Go version answers header and argument values as lists, the Python one as texts.</summary>
internal sealed class HttpBin(SamplePod pod, bool isGo)
{
    private const int MaximumBytes = 100 * 1024;
    private const int MaximumDelaySeconds = 10;

    public static SampleApp Create(SamplePod pod, string image)
    {
        var isGo = image.Contains("go-httpbin", StringComparison.Ordinal);
        var port = isGo ? Number(pod.Context.Environment.GetValueOrDefault("PORT")) ?? 8080 : Bound(pod.Context.Container) ?? 80;
        return new SampleApp(port, new HttpBin(pod, isGo).LogAsync);
    }

    /// <summary>The port that gunicorn is told to bind: <c>-b 0.0.0.0:8080</c>, <c>--bind=0.0.0.0:8080</c>.</summary>
    private static int? Bound(JsonObject container)
    {
        var words = string.Join(' ', Words(container["command"]).Concat(Words(container["args"]))).Split([' ', '='], StringSplitOptions.RemoveEmptyEntries);
        var place = Array.FindIndex(words, word => word is "-b" or "--bind");
        return place >= 0 && place + 1 < words.Length ? Number(words[place + 1].Split(':')[^1]) : null;
    }

    private static IEnumerable<string> Words(JsonNode? list) => (list as JsonArray)?.Select(word => word?.ToString() ?? "") ?? [];

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Its log has a line for each request, which is how Istio's mirroring task sees copies arrive.</summary>
    private async Task LogAsync(HttpContext context)
    {
        await AnswerAsync(context);
        var (request, response) = (context.Request, context.Response);
        pod.Context.Log(string.Create(
            CultureInfo.InvariantCulture,
            $"{context.Connection.RemoteIpAddress?.ToString() ?? "127.0.0.6"} - - [{DateTimeOffset.UtcNow:dd/MMM/yyyy:HH:mm:ss +0000}] \"{request.Method} {request.Path}{request.QueryString} {request.Protocol}\" {response.StatusCode} {response.ContentLength?.ToString(CultureInfo.InvariantCulture) ?? "-"} \"-\" \"{request.Headers.UserAgent}\""));
    }

    private Task AnswerAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Trim('/').Split('/');
        var argument = parts.Length > 1 ? parts[1] : "";
        return (parts[0], context.Request.Method) switch
        {
            ("", _) => Json.TextAsync(context, "<!DOCTYPE html>\n<html><head><title>httpbin.org</title></head><body>A simple HTTP Request &amp; Response Service.</body></html>\n"),
            ("get", "GET" or "HEAD") or ("post", "POST") or ("put", "PUT") or ("patch", "PATCH") or ("delete", "DELETE") or ("anything", _) => EchoAsync(context),
            ("get" or "post" or "put" or "patch" or "delete", _) => RefuseAsync(context),
            ("headers", _) => Json.WriteAsync(context, new JsonObject { ["headers"] = Headers(context.Request) }, pretty: true),
            ("ip", _) => Json.WriteAsync(context, new JsonObject { ["origin"] = Origin(context) }, pretty: true),
            ("user-agent", _) => Json.WriteAsync(context, new JsonObject { ["user-agent"] = context.Request.Headers.UserAgent.ToString() }, pretty: true),
            ("uuid", _) => Json.WriteAsync(context, new JsonObject { ["uuid"] = Guid.NewGuid().ToString() }, pretty: true),
            ("hostname", _) => Json.WriteAsync(context, new JsonObject { ["hostname"] = pod.Name }, pretty: true),
            ("status", _) => StatusAsync(context, argument),
            ("delay", _) => DelayAsync(context, argument),
            ("bytes", _) => BytesAsync(context, argument),
            ("cookies", _) => Json.WriteAsync(
                context, new JsonObject { ["cookies"] = new JsonObject(context.Request.Cookies.Select(cookie => KeyValuePair.Create(cookie.Key, (JsonNode?)cookie.Value))) }, pretty: true),
            ("redirect-to", _) => RedirectAsync(context),
            ("response-headers", _) => ResponseHeadersAsync(context),
            ("json", _) => Json.WriteAsync(context, new JsonObject { ["slideshow"] = new JsonObject { ["author"] = "Yours Truly", ["title"] = "Sample Slide Show" } }, pretty: true),
            ("html", _) => Json.TextAsync(context, "<!DOCTYPE html>\n<html><body><h1>A page</h1><p>Nothing more than a heading and a paragraph.</p></body></html>\n"),
            ("robots.txt", _) => Json.TextAsync(context, "User-agent: *\nDisallow: /deny\n", "text/plain"),
            _ => Json.TextAsync(context, "404 page not found\n", "text/plain", StatusCodes.Status404NotFound),
        };
    }

    private async Task EchoAsync(HttpContext context)
    {
        var request = context.Request;
        var answer = new JsonObject
        {
            ["args"] = Map(request.Query.Select(item => KeyValuePair.Create(item.Key, item.Value))),
            ["headers"] = Headers(request),
            ["method"] = request.Method,
            ["origin"] = Origin(context),
            ["url"] = $"{(request.Headers["x-forwarded-proto"] is { Count: > 0 } proto ? proto.ToString() : "http")}://{request.Host}{request.Path}{request.QueryString}",
        };
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            var isForm = request.HasFormContentType;
            answer["form"] = isForm ? Map((await request.ReadFormAsync()).Select(item => KeyValuePair.Create(item.Key, item.Value))) : new JsonObject();
            var body = isForm ? "" : await new StreamReader(request.Body).ReadToEndAsync();
            answer["data"] = body;
            answer["files"] = new JsonObject();
            answer["json"] = Parse(body);
        }

        await Json.WriteAsync(context, answer, pretty: true);
    }

    private static Task RefuseAsync(HttpContext context) => Json.TextAsync(context, "Method Not Allowed\n", "text/plain", StatusCodes.Status405MethodNotAllowed);

    private static Task StatusAsync(HttpContext context, string argument)
    {
        if (!int.TryParse(argument.Split(',')[0], CultureInfo.InvariantCulture, out var status) || status is < 200 or > 599)
        {
            return Json.TextAsync(context, $"invalid status code: {argument}\n", "text/plain", StatusCodes.Status400BadRequest);
        }

        context.Response.StatusCode = status;
        return status == StatusCodes.Status418ImATeapot ? Json.TextAsync(context, "I'm a teapot!\n", "text/plain", status) : Task.CompletedTask;
    }

    private async Task DelayAsync(HttpContext context, string argument)
    {
        if (!double.TryParse(argument.TrimEnd('s'), CultureInfo.InvariantCulture, out var seconds) || seconds < 0)
        {
            await Json.TextAsync(context, $"invalid duration: {argument}\n", "text/plain", StatusCodes.Status400BadRequest);
            return;
        }

        await Task.Delay(TimeSpan.FromSeconds(Math.Min(seconds, MaximumDelaySeconds)), context.RequestAborted);
        await EchoAsync(context);
    }

    private static async Task BytesAsync(HttpContext context, string argument)
    {
        if (!int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            await Json.TextAsync(context, $"invalid number of bytes: {argument}\n", "text/plain", StatusCodes.Status400BadRequest);
            return;
        }

        var bytes = new byte[Math.Min(count, MaximumBytes)];
        Random.Shared.NextBytes(bytes);
        context.Response.ContentType = "application/octet-stream";
        await context.Response.Body.WriteAsync(bytes);
    }

    private static Task RedirectAsync(HttpContext context)
    {
        context.Response.StatusCode = int.TryParse(context.Request.Query["status_code"], CultureInfo.InvariantCulture, out var code) && code is >= 300 and < 400 ? code : 302;
        context.Response.Headers.Location = context.Request.Query["url"].ToString();
        return Task.CompletedTask;
    }

    private Task ResponseHeadersAsync(HttpContext context)
    {
        foreach (var (name, values) in context.Request.Query.Where(item => item.Key.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')))
        {
            context.Response.Headers[name] = values.ToString().ReplaceLineEndings(" ");
        }

        return Json.WriteAsync(context, Map(context.Request.Query.Select(item => KeyValuePair.Create(item.Key, item.Value))), pretty: true);
    }

    private JsonObject Headers(HttpRequest request) => Map(request.Headers.OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
        .Select(header => KeyValuePair.Create(Title(header.Key), header.Value)));

    private JsonObject Map(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> items) => new(items.Select(item => KeyValuePair.Create(
        item.Key, isGo ? (JsonNode?)new JsonArray([.. item.Value.Select(value => (JsonNode?)value)]) : item.Value.ToString())));

    private static string Origin(HttpContext context) =>
        context.Request.Headers["x-forwarded-for"] is { Count: > 0 } forwarded ? forwarded.ToString() : context.Connection.RemoteIpAddress?.ToString() ?? "127.0.0.6";

    /// <summary>Header names as both versions print them: <c>X-Request-Id</c>.</summary>
    private static string Title(string name) => string.Join('-', name.Split('-').Select(part => part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..].ToLowerInvariant()));

    private static JsonNode? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
