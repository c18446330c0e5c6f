using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Answers as http://metadata.google.internal does: single values as text, folders as lists, all of it with recursive=true.</summary>
internal sealed class MetadataHandler(JsonObject values) : HttpMessageHandler
{
    private const string Root = "/computeMetadata/v1";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Answer(request));

    private HttpResponseMessage Answer(HttpRequestMessage request)
    {
        var flavoured = request.Headers.TryGetValues("Metadata-Flavor", out var flavour) && flavour.Contains("Google", StringComparer.OrdinalIgnoreCase);
        var path = request.RequestUri?.AbsolutePath ?? "/";
        if (!path.StartsWith(Root, StringComparison.Ordinal))
        {
            return path == "/" ? Respond(HttpStatusCode.OK, "computeMetadata/\n", "application/text") : NotFound();
        }

        if (!flavoured)
        {
            return Respond(HttpStatusCode.Forbidden, "Missing required header \"Metadata-Flavor\": \"Google\"\n", "text/html");
        }

        JsonNode? found = values;
        foreach (var part in path[Root.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            // In paths it is project-id, in JSON projectId; the attributes' names are the user's and the same in both.
            var name = Uri.UnescapeDataString(part);
            found = found is JsonObject folder ? folder[name] ?? folder[Camel(name)] : null;
        }

        if (found is null)
        {
            return NotFound();
        }

        var query = HttpUtility.ParseQueryString(request.RequestUri!.Query);
        var json = string.Equals(query["recursive"], "true", StringComparison.OrdinalIgnoreCase) || query["alt"] == "json";
        return json ? Respond(HttpStatusCode.OK, found.ToJsonString(StoreJson.Options), "application/json")
            : Respond(HttpStatusCode.OK, Text(found), "application/text");
    }

    private static string Text(JsonNode node) => node switch
    {
        JsonObject folder => string.Concat(folder.Select(entry => entry.Value is JsonObject ? $"{entry.Key}/\n" : $"{entry.Key}\n")),
        JsonArray list => string.Concat(list.Select(item => $"{item}\n")),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => node.ToJsonString(),
    };

    private static string Camel(string name) => string.Concat(name.Split('-').Select((part, i) => i == 0 || part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));

    private static HttpResponseMessage NotFound() => Respond(HttpStatusCode.NotFound, "The requested URL was not found on this server.\n", "text/html");

    private static HttpResponseMessage Respond(HttpStatusCode status, string text, string type)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(text, Encoding.UTF8, type) };
        response.Headers.Add("Metadata-Flavor", "Google");
        response.Headers.Add("Server", "Metadata Server for VM");
        return response;
    }
}
