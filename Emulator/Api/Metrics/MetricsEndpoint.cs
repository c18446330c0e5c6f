using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Resources;
using Emulator.Nodes;
using Emulator.Storage;
using LabelSelector = Emulator.Api.Resources.LabelSelector;

namespace Emulator.Api.Metrics;

/// <summary>metrics.k8s.io/v1beta1: what pods and nodes use, as metrics-server answers.</summary>
internal sealed class MetricsEndpoint(Registry registry, ResourceMetrics metrics, ObjectEncoder encoder, TimeProvider time)
{
    private static readonly ResourceType PodMetrics = new("metrics.k8s.io", "podmetrics");
    private static readonly ResourceType NodeMetrics = new("metrics.k8s.io", "nodemetrics");

    public Task HandleAsync(ApiRequest request) => request.Info.Verb switch
    {
        "get" => GetAsync(request),
        "list" => ListAsync(request),
        _ => throw HttpErrors.MethodNotAllowed(),
    };

    private Task GetAsync(ApiRequest request)
    {
        var form = Representation.From(request.Http, collection: false);
        var (subject, used) = (Subject(request), metrics.Current);
        var found = registry.Get(subject, request.Namespace, request.Info.Name);
        var described = Describe(request, found, used)
            ?? throw ApiErrors.NotFound(subject == KnownTypes.Nodes ? NodeMetrics : PodMetrics, Name(found.Key));
        described.Insert(0, "kind", request.Definition.Kind);
        described.Insert(1, "apiVersion", request.ApiVersion);
        return encoder.WriteAsync(request, form, ObjectEncoder.Serialize(form.Shape is Shape.Table ? MetricsTable.Of([described], form.MetaVersion) : described));
    }

    private Task ListAsync(ApiRequest request)
    {
        var form = Representation.From(request.Http, collection: true);
        var labels = LabelSelector.Parse(request.Query("labelSelector"));
        var fields = FieldSelector.Parse(request.Query("fieldSelector"), registry.Catalog[Subject(request)]);
        var used = metrics.Current;
        List<JsonObject> items =
        [
            .. registry.Store.List(Subject(request), request.Namespace.Length > 0 ? request.Namespace : null).Items
                .Where(item => labels.Matches(item.Node) && fields.Matches(item)).Select(item => Describe(request, item, used)).OfType<JsonObject>(),
        ];
        return encoder.WriteAsync(request, form, ObjectEncoder.Serialize(form.Shape is Shape.Table ? MetricsTable.Of(items, form.MetaVersion) : new JsonObject
        {
            ["kind"] = request.Definition.ListKind,
            ["apiVersion"] = request.ApiVersion,
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. items]),
        }));
    }

    private static ResourceType Subject(ApiRequest request) => request.Definition.Namespaced ? KnownTypes.Pods : KnownTypes.Nodes;

    private static string Name(ResourceKey key) => key.Namespace.Length == 0 ? key.Name : $"{key.Namespace}/{key.Name}";

    /// <summary>The metrics of a pod or node; null when it has not been measured yet.</summary>
    private JsonObject? Describe(ApiRequest request, StoredObject subject, UsageSnapshot used)
    {
        if (request.Definition.Namespaced)
        {
            return used.Pods.TryGetValue(subject.Key, out var pod)
                ? Describe(subject, pod.Taken, pod.Window, "containers", new JsonArray(
                    [.. pod.Containers.Select(container => new JsonObject { ["name"] = container.Name, ["usage"] = Amounts(container.Usage) })]))
                : null;
        }

        return used.Nodes.TryGetValue(subject.Key.Name, out var node) ? Describe(subject, node.Taken, node.Window, "usage", Amounts(node.Usage)) : null;
    }

    private JsonObject Describe(StoredObject subject, DateTimeOffset taken, TimeSpan window, string field, JsonNode amounts)
    {
        var metadata = new JsonObject { ["name"] = subject.Key.Name };
        if (subject.Key.Namespace.Length > 0)
        {
            metadata["namespace"] = subject.Key.Namespace;
        }

        metadata["creationTimestamp"] = Registry.Timestamp(time.GetUtcNow());
        if (subject.Node["metadata"]?["labels"] is JsonObject { Count: > 0 } labels)
        {
            metadata["labels"] = labels.DeepClone();
        }

        return new JsonObject
        {
            ["metadata"] = metadata,
            ["timestamp"] = Registry.Timestamp(taken),
            ["window"] = $"{window.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture)}s",
            [field] = amounts,
        };
    }

    private static JsonObject Amounts(ResourceUsage usage) =>
        new() { ["cpu"] = usage.Nanocores == 0 ? "0" : $"{usage.Nanocores}n", ["memory"] = $"{usage.Bytes / 1024}Ki" };
}
