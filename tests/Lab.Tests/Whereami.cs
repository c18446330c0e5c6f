using System.Text.Json.Nodes;

namespace Lab.Tests;

/// <summary>Asks a lab's address which cluster answers.</summary>
internal static class Whereami
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(1) }) { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>How many of <paramref name="requests"/> answers came from which cluster, by <c>cluster_name</c>.</summary>
    public static async Task<IReadOnlyDictionary<string, int>> SplitAsync(string url, int requests = 20)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, requests).Select(_ => AskAsync(url)));
        return answers.GroupBy(answer => answer["cluster_name"]!.GetValue<string>()).ToDictionary(group => group.Key, group => group.Count());
    }

    public static async Task<JsonObject> AskAsync(string url) => JsonNode.Parse(await Client.GetStringAsync(url))!.AsObject();

    /// <summary>The status of one answer, or null when nothing answers.</summary>
    public static async Task<int?> StatusAsync(string url)
    {
        try
        {
            using var answer = await Client.GetAsync(url);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
