using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Emulator.Nodes.Samples;

/// <summary>Bookinfo's productpage: asks details and reviews, and shows what they said, or that they said nothing.</summary>
internal sealed class BookProductPage(SamplePod pod)
{
    private const string UserCookie = "session";

    // The original gives its backends three seconds, and reviews a second chance.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static SampleApp Create(SamplePod pod) => new(9080, new BookProductPage(pod).AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/" or "/index.html":
                await Json.TextAsync(context, "<!DOCTYPE html>\n<html><head><title>Simple Bookstore App</title></head><body><a href=\"/productpage?u=normal\">Normal user</a></body></html>\n");
                break;
            case "/health":
                await Json.TextAsync(context, "Product page is healthy");
                break;
            case "/login":
                var name = context.Request.HasFormContentType ? (await context.Request.ReadFormAsync())["username"].ToString() : "";
                context.Response.Cookies.Append(UserCookie, Uri.EscapeDataString(name));
                context.Response.Redirect("/productpage");
                break;
            case "/logout":
                context.Response.Cookies.Delete(UserCookie);
                context.Response.Redirect("/productpage");
                break;
            case "/productpage":
                await PageAsync(context);
                break;
            case "/api/v1/products":
                await Json.WriteAsync(context, new JsonArray(new JsonObject { ["id"] = 0, ["title"] = "The Comedy of Errors" }));
                break;
            case "/api/v1/products/0":
                await PassAsync(context, "details", "details/0", attempts: 1);
                break;
            case "/api/v1/products/0/reviews":
                await PassAsync(context, "reviews", "reviews/0", attempts: 2);
                break;
            case "/api/v1/products/0/ratings":
                await PassAsync(context, "ratings", "ratings/0", attempts: 1);
                break;
            default:
                await Json.TextAsync(context, "Not Found", status: StatusCodes.Status404NotFound);
                break;
        }
    }

    private async Task PassAsync(HttpContext context, string service, string path, int attempts)
    {
        var (status, body) = await AskAsync(context, service, path, attempts);
        await Json.WriteAsync(context, body ?? new JsonObject { ["error"] = Sorry(service) }, status);
    }

    private async Task PageAsync(HttpContext context)
    {
        var details = AskAsync(context, "details", "details/0", attempts: 1);
        var (_, reviews) = await AskAsync(context, "reviews", "reviews/0", attempts: 2);
        var (_, book) = await details;
        var page = new StringBuilder("<!DOCTYPE html>\n<html><head><title>Simple Bookstore App</title></head><body>\n<h3>The Comedy of Errors</h3>\n<h4>Book Details</h4>\n");
        if (book is JsonObject facts && facts["author"] is not null)
        {
            foreach (var (name, value) in facts)
            {
                page.Append("<dt>").Append(WebUtility.HtmlEncode(name)).Append("</dt><dd>").Append(WebUtility.HtmlEncode(value?.ToString())).Append("</dd>\n");
            }
        }
        else
        {
            page.Append("<h4>Error fetching product details!</h4>\n<p>").Append(Sorry("details")).Append("</p>\n");
        }

        Reviews(page, reviews);
        if (User(context) is { Length: > 0 } user)
        {
            page.Append("<p>").Append(WebUtility.HtmlEncode(user)).Append(" (<a href=\"/logout\">sign out</a>)</p>\n");
        }

        await Json.TextAsync(context, page.Append("</body></html>\n").ToString());
    }

    private static void Reviews(StringBuilder page, JsonNode? reviews)
    {
        if (reviews?["reviews"] is not JsonArray entries)
        {
            page.Append("<h4>Error fetching product reviews!</h4>\n<p>").Append(Sorry("reviews")).Append("</p>\n");
            return;
        }

        page.Append("<h4>Book Reviews</h4>\n<p>Reviews served by: ").Append(WebUtility.HtmlEncode(reviews["podname"]?.ToString())).Append("</p>\n");
        foreach (var review in entries.OfType<JsonObject>())
        {
            page.Append("<blockquote><p>").Append(WebUtility.HtmlEncode(review["text"]?.ToString())).Append("</p><small>")
                .Append(WebUtility.HtmlEncode(review["reviewer"]?.ToString())).Append("</small>");
            if (review["rating"] is JsonObject rating)
            {
                page.Append(rating["stars"] is { } stars
                    ? $"<font color=\"{rating["color"]}\">{string.Concat(Enumerable.Repeat("<span class=\"glyphicon glyphicon-star\"></span>", stars.GetValue<int>()))}</font>"
                    : $"<p><i>{WebUtility.HtmlEncode(rating["error"]?.ToString())}</i></p>");
            }

            page.Append("</blockquote>\n");
        }
    }

    private async Task<(int Status, JsonNode? Body)> AskAsync(HttpContext context, string service, string path, int attempts)
    {
        var host = pod.Context.Environment.GetValueOrDefault($"{service.ToUpperInvariant()}_HOSTNAME") ?? service;
        var status = StatusCodes.Status500InternalServerError;
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            using var limit = new CancellationTokenSource(Patience);
            try
            {
                using var request = TracingHeaders.Get(context, $"http://{host}:9080/{path}", User(context));
                using var answer = await pod.Client.SendAsync(request, limit.Token);
                status = (int)answer.StatusCode;
                if (answer.IsSuccessStatusCode)
                {
                    return (status, await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync(limit.Token), cancellationToken: limit.Token));
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException or IOException)
            {
                pod.Context.Log($"{service} cannot be had: {e.Message}");
            }
        }

        return (status, null);
    }

    private static string? User(HttpContext context) =>
        context.Request.Cookies.TryGetValue(UserCookie, out var name) ? Uri.UnescapeDataString(name) : null;

    private static string Sorry(string service) => $"Sorry, product {service} are currently unavailable for this book.";
}
