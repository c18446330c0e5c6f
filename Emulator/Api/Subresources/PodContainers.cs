using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Storage;

namespace Emulator.Api.Subresources;

/// <summary>Which container of a pod a request means.</summary>
internal static class PodContainers
{
    /// <exception cref="ApiException">400: none of that name, or none named where there are several.</exception>
    public static string Choose(ApiRequest request, JsonObject pod)
    {
        var spec = pod["spec"]!;
        static List<string> Names(JsonNode? list) => [.. (list as JsonArray ?? []).Select(item => item!["name"]!.GetValue<string>())];

        var containers = Names(spec["containers"]);
        var inits = Names(spec["initContainers"]);
        var ephemeral = Names(spec["ephemeralContainers"]);
        if (request.Query("container") is { Length: > 0 } asked)
        {
            return containers.Contains(asked) || inits.Contains(asked) || ephemeral.Contains(asked)
                ? asked
                : throw ApiErrors.BadRequest($"container {asked} is not valid for pod {request.Info.Name}");
        }

        if (containers.Count == 1 && inits.Count == 0)
        {
            return containers[0];
        }

        var text = $"a container name must be specified for pod {request.Info.Name}, choose one of: [{string.Join(' ', containers)}]";
        if (inits.Count > 0)
        {
            text += $" or one of the init containers: [{string.Join(' ', inits)}]";
        }

        throw ApiErrors.BadRequest(text);
    }
}
