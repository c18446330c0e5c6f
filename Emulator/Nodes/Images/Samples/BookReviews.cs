using System.Text.Json;
using System.Text.Json.Nodes;

namespace Emulator.Nodes.Samples;

/// <summary>Bookinfo's reviews service: v1 without stars, v2 with black and v3 with red ones, which come from ratings.</summary>
internal sealed class BookReviews(SamplePod pod, string? starColor)
{
    // What the original waits for ratings; shorter where there are no stars to wait for longer.
    private static readonly TimeSpan BlackPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OtherPatience = TimeSpan.FromSeconds(2.5);

    private static readonly (string Reviewer, string Text)[] Reviews =
    [
        ("Reviewer1", "An extremely entertaining play by Shakespeare. The slapstick humour is refreshing!"),
        ("Reviewer2", "Absolutely fun and entertaining. The play lacks thematic depth when compared to other plays by Shakespeare."),
    ];

    public static SampleApp Create(SamplePod pod, string? starColor) => new(9080, new BookReviews(pod, starColor).AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Split('/');
        if (parts is [_, "health"])
        {
            await Json.WriteAsync(context, new JsonObject { ["status"] = "Reviews is healthy" });
            return;
        }

        if (parts is not [_, "reviews", var id])
        {
            await Json.WriteAsync(context, new JsonObject { ["error"] = "not found" }, StatusCodes.Status404NotFound);
            return;
        }

        var ratings = starColor is null ? null : await RatingsAsync(context, id);
        await Json.WriteAsync(context, new JsonObject
        {
            ["id"] = id,
            ["podname"] = pod.Name,
            ["clustername"] = pod.Context.Environment.GetValueOrDefault("CLUSTER_NAME") ?? "null",
            ["reviews"] = new JsonArray([.. Reviews.Select(review => Review(review, ratings))]),
        });
    }

    private JsonNode Review((string Reviewer, string Text) review, JsonObject? ratings)
    {
        var result = new JsonObject { ["reviewer"] = review.Reviewer, ["text"] = review.Text };
        if (starColor is not null)
        {
            result["rating"] = ratings?[review.Reviewer] is { } stars
                ? new JsonObject { ["stars"] = stars.DeepClone(), ["color"] = starColor }
                : new JsonObject { ["error"] = "Ratings service is currently unavailable" };
        }

        return result;
    }

    private async Task<JsonObject?> RatingsAsync(HttpContext context, string id)
    {
        var host = pod.Context.Environment.GetValueOrDefault("RATINGS_HOSTNAME") ?? "ratings";
        using var limit = new CancellationTokenSource(starColor == "black" ? BlackPatience : OtherPatience);
        try
        {
            using var request = TracingHeaders.Get(context, $"http://{host}:9080/ratings/{Uri.EscapeDataString(id)}");
            using var answer = await pod.Client.SendAsync(request, limit.Token);
            return answer.IsSuccessStatusCode ? (await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync(limit.Token), cancellationToken: limit.Token))?["ratings"] as JsonObject : null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException or IOException)
        {
            pod.Context.Log($"ratings cannot be had: {e.Message}");
            return null;
        }
    }
}
