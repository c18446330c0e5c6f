using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace GlobalIngress.Tests;

/// <summary>As much of a Kubernetes API as the global ingress uses: any kind, lists, watches, merge patches, finalizers.</summary>
internal sealed class FakeKubernetes : IAsyncDisposable
{
    private readonly Dictionary<string, JsonObject> objects = [];
    private readonly List<(string Plural, Channel<string> Lines)> watches = [];
    private TestServer server = null!;
    private int version = 100;

    public HashSet<string> Namespaces { get; } = ["istio-ingress", "whereami"];

    public string Url => $"http://{server.Address}";

    public static async Task<FakeKubernetes> StartAsync()
    {
        var kubernetes = new FakeKubernetes();
        kubernetes.server = await TestServer.StartAsync(kubernetes.AnswerAsync);
        return kubernetes;
    }

    /// <summary>Creates or replaces an object, as its user would.</summary>
    public JsonObject Apply(string plural, string manifest)
    {
        var item = JsonNode.Parse(manifest)!.AsObject();
        lock (objects)
        {
            var key = Key(plural, item["metadata"]!["namespace"]?.ToString(), item["metadata"]!["name"]!.ToString());
            var before = objects.GetValueOrDefault(key);
            var metadata = item["metadata"]!.AsObject();
            metadata["uid"] = before?["metadata"]?["uid"]?.ToString() ?? Guid.NewGuid().ToString();
            metadata["generation"] = (before?["metadata"]?["generation"]?.GetValue<int>() ?? 0) + 1;
            metadata["creationTimestamp"] = before?["metadata"]?["creationTimestamp"]?.ToString() ?? DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture);
            metadata["finalizers"] = before?["metadata"]?["finalizers"]?.DeepClone();
            item["status"] = before?["status"]?.DeepClone();
            Store(plural, key, item);
            return item;
        }
    }

    public JsonObject? Find(string plural, string? ns, string name)
    {
        lock (objects)
        {
            return objects.GetValueOrDefault(Key(plural, ns, name))?.DeepClone().AsObject();
        }
    }

    public JsonObject[] All(string plural)
    {
        lock (objects)
        {
            return [.. objects.Where(pair => pair.Key.StartsWith(plural + "|", StringComparison.Ordinal)).Select(pair => pair.Value.DeepClone().AsObject())];
        }
    }

    public void Delete(string plural, string? ns, string name)
    {
        lock (objects)
        {
            var key = Key(plural, ns, name);
            if (objects[key]["metadata"]!["finalizers"] is JsonArray { Count: > 0 })
            {
                var item = objects[key].DeepClone().AsObject();
                item["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:00Z";
                Store(plural, key, item);
            }
            else
            {
                Remove(plural, key);
            }
        }
    }

    public IEnumerable<string> EventMessages() => All("events").Select(item => $"{item["type"]} {item["reason"]} {item["message"]}");

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static string Key(string plural, string? ns, string name) => $"{plural}|{ns}/{name}";

    private async Task AnswerAsync(HttpContext context)
    {
        // /apis/networking.gke.io/v1[/namespaces/NS]/PLURAL[/NAME[/status]]
        var parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries).Skip(context.Request.Path.StartsWithSegments("/api") ? 2 : 3).ToArray();
        string? ns = null;
        if (parts is ["namespaces", var name, _, ..])
        {
            (ns, parts) = (name, parts[2..]);
        }

        if (context.Request.Query["watch"] == "true")
        {
            await WatchAsync(context, parts[0]);
            return;
        }

        var body = context.Request.ContentLength > 0 ? JsonNode.Parse(await new StreamReader(context.Request.Body).ReadToEndAsync())!.AsObject() : null;
        var (status, answer) = Handle(context.Request, parts[0], ns, parts.ElementAtOrDefault(1), body);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString());
    }

    private (int Status, JsonObject Answer) Handle(HttpRequest request, string plural, string? ns, string? name, JsonObject? body)
    {
        lock (objects)
        {
            if (name is null && request.Method == "GET")
            {
                return (200, new JsonObject
                {
                    ["metadata"] = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) },
                    ["items"] = new JsonArray([.. All(plural)]),
                });
            }

            if (request.Method == "POST")
            {
                return Namespaces.Contains(ns!) ? (201, Apply(plural, body!.ToJsonString())) : (404, Failure($"namespaces \"{ns}\" not found"));
            }

            var key = Key(plural, ns, name!);
            if (!objects.TryGetValue(key, out var item))
            {
                return (404, Failure($"{plural} \"{name}\" not found"));
            }

            switch (request.Method)
            {
                case "DELETE":
                    Delete(plural, ns, name!);
                    return (200, item);
                case "PATCH":
                    if (body!["metadata"]?["resourceVersion"] is { } asked && asked.ToString() != item["metadata"]!["resourceVersion"]!.ToString())
                    {
                        return (409, Failure("the object has been modified"));
                    }

                    var patched = item.DeepClone().AsObject();
                    Merge(patched, body);
                    Store(plural, key, patched);
                    if (patched["metadata"]!["deletionTimestamp"] is not null && patched["metadata"]!["finalizers"] is not JsonArray { Count: > 0 })
                    {
                        Remove(plural, key);
                    }

                    return (200, patched);
                default:
                    return (200, item);
            }
        }
    }

    private static JsonObject Failure(string message) => new() { ["kind"] = "Status", ["status"] = "Failure", ["message"] = message };

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject inner && target[name] is JsonObject existing)
            {
                Merge(existing, inner);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }

    private void Store(string plural, string key, JsonObject item)
    {
        item["metadata"]!["resourceVersion"] = (++version).ToString(CultureInfo.InvariantCulture);
        var type = objects.ContainsKey(key) ? "MODIFIED" : "ADDED";
        objects[key] = item;
        Tell(plural, type, item);
    }

    private void Remove(string plural, string key)
    {
        version++;
        objects.Remove(key, out var item);
        Tell(plural, "DELETED", item!);
    }

    private void Tell(string plural, string type, JsonObject item)
    {
        var line = new JsonObject { ["type"] = type, ["object"] = item.DeepClone() }.ToJsonString() + "\n";
        foreach (var (_, lines) in watches.Where(watch => watch.Plural == plural))
        {
            lines.Writer.TryWrite(line);
        }
    }

    private async Task WatchAsync(HttpContext context, string plural)
    {
        var lines = Channel.CreateUnbounded<string>();
        lock (objects)
        {
            // What changed between the list and this moment is told again; to say it twice does no harm.
            foreach (var item in All(plural))
            {
                lines.Writer.TryWrite(new JsonObject { ["type"] = "ADDED", ["object"] = item }.ToJsonString() + "\n");
            }

            watches.Add((plural, lines));
        }

        context.Response.ContentType = "application/json";
        await context.Response.Body.FlushAsync();
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The watcher has left.
        }
    }
}
