using System.Text.Json.Nodes;
using GoogleEmulator.Http;
using GoogleEmulator.Operations;
using GoogleEmulator.Shell;

namespace GoogleEmulator.Compute;

/// <summary>Resources and operations as Compute Engine shows them.</summary>
internal static class ComputeBodies
{
    private static readonly string[] s_bases = ["https://www.googleapis.com/compute/v1/", "https://compute.googleapis.com/compute/v1/"];

    public static JsonObject Describe(ApiCall call, ComputeResource resource)
    {
        var root = Root(call);
        var body = (JsonObject)WithLinks(resource.Body, root, resource.Project)!;
        body["kind"] = ComputeKinds.KindOf(resource.Collection);
        body["name"] = resource.Name;
        body["id"] ??= Number(resource.Path);
        body["creationTimestamp"] = Timestamps.Milliseconds(resource.Created);
        body["selfLink"] = root + resource.Path;
        if (resource.Scope.Split('/') is [var places, var place])
        {
            body[places.TrimEnd('s')] = $"{root}projects/{resource.Project}/{places}/{place}";
        }

        return body;
    }

    /// <summary>A body as it was sent, with paths in the place of links.</summary>
    public static JsonObject Read(ApiCall call)
    {
        var body = (JsonObject)Map(call.Body, text =>
            s_bases.Append(Root(call)).FirstOrDefault(text.StartsWith) is { } root ? text[root.Length..] : text)!;
        foreach (var output in (string[])["kind", "id", "selfLink", "creationTimestamp", "region", "zone"])
        {
            body.Remove(output);
        }

        return body;
    }

    public static JsonObject Describe(ApiCall call, Operation operation)
    {
        var root = Root(call);
        var places = $"projects/{call.Project.Id}/{operation.Location}";
        var body = new JsonObject
        {
            ["kind"] = "compute#operation",
            ["id"] = Number(operation.Id),
            ["name"] = operation.Id,
            ["operationType"] = operation.Type,
            ["status"] = operation.IsDone ? "DONE" : "RUNNING",
            ["progress"] = operation.IsDone ? 100 : 0,
            ["user"] = GcloudVariables.Account,
            ["targetId"] = Number(operation.Target),
            ["targetLink"] = root + operation.Target,
            ["insertTime"] = Timestamps.Milliseconds(operation.StartTime),
            ["startTime"] = Timestamps.Milliseconds(operation.StartTime),
            ["selfLink"] = $"{root}{places}/operations/{operation.Id}",
        };
        if (operation.Location.Split('/') is [var kind, _])
        {
            body[kind.TrimEnd('s')] = root + places;
        }

        if (operation.EndTime is { } end)
        {
            body["endTime"] = Timestamps.Milliseconds(end);
        }

        if (operation.Error is { } error)
        {
            body["error"] = new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = "OPERATION_FAILED", ["message"] = error.Message }) };
            body["httpErrorStatusCode"] = 400;
            body["httpErrorMessage"] = "BAD REQUEST";
        }

        return body;
    }

    /// <summary>The base of Compute Engine's links, as the caller knows it.</summary>
    public static string Root(ApiCall call) => call.UrlOf(GoogleApi.Compute) + "v1/";

    public static JsonNode? WithLinks(JsonNode? node, string root, string project) =>
        Map(node, text => text.StartsWith($"projects/{project}/", StringComparison.Ordinal) ? root + text : text);

    /// <summary>The strings in a body that are paths of resources.</summary>
    public static IEnumerable<string> Links(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Links(field.Value)),
        JsonArray items => items.SelectMany(Links),
        JsonValue value when value.TryGetValue<string>(out var text) && text.StartsWith("projects/", StringComparison.Ordinal) => [text],
        _ => [],
    };

    /// <summary>An id of nineteen digits, the same for the same path.</summary>
    public static string Number(string path)
    {
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(path));
        return $"{1_000_000_000_000_000_000 + (BitConverter.ToUInt64(hash) % 8_000_000_000_000_000_000)}";
    }

    private static JsonNode? Map(JsonNode? node, Func<string, string> change) => node switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, Map(field.Value, change)))),
        JsonArray items => new JsonArray([.. items.Select(item => Map(item, change))]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(change(text)),
        _ => node?.DeepClone(),
    };
}
