using System.Buffers;
using System.Text.Json;
using Emulator.Storage;

namespace Emulator.Api.Http;

/// <summary>JSON with two spaces for each level, as the real server sends it to programs that show it to people.</summary>
internal static class IndentedJson
{
    private static readonly string[] Agents = ["curl", "Wget", "Mozilla/5.0"];

    /// <summary>Whether the client asks for it with <c>?pretty=true</c>, or is one of the programs that get it unasked (k8s.io/apiserver, isPrettyPrint).</summary>
    public static bool IsWanted(HttpRequest request)
    {
        if (request.QueryString.HasValue && request.Query.TryGetValue("pretty", out var asked) && asked is [{ Length: > 0 } flag, ..])
        {
            return flag is "1" or "t" or "T" or "true" or "TRUE" or "True";
        }

        // Asked for every answer: nothing is allocated here.
        var agent = request.Headers.UserAgent.ToString();
        foreach (var known in Agents)
        {
            if (agent.StartsWith(known, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    public static ReadOnlyMemory<byte> From(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = StoreJson.Options.MaxDepth });
        using var document = JsonDocument.ParseValue(ref reader);
        var output = new ArrayBufferWriter<byte>(json.Length * 2);
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions
        {
            Encoder = StoreJson.Options.Encoder,
            Indented = true,
            MaxDepth = StoreJson.Options.MaxDepth,
            NewLine = "\n",
        }))
        {
            document.WriteTo(writer);
        }

        return output.WrittenMemory;
    }
}
