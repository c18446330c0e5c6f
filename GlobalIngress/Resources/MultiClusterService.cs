using System.Text.Json;
using System.Text.Json.Nodes;
using GlobalIngress.Kubernetes;

namespace GlobalIngress.Resources;

/// <summary>A MultiClusterService as the lab reads it.</summary>
internal sealed record MultiClusterService
{
    public const string Finalizer = "mcs.finalizer.networking.gke.io";

    public required JsonObject Source { get; init; }

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyDictionary<string, string> Selector { get; init; }

    public required IReadOnlyList<ServicePort> Ports { get; init; }

    /// <summary>Links of the chosen clusters; null for the whole fleet.</summary>
    public required IReadOnlyList<string>? Clusters { get; init; }

    /// <summary>BackendConfig names by port number or name, or <c>default</c>.</summary>
    public required IReadOnlyDictionary<string, string> BackendConfigs { get; init; }

    /// <summary>What is wrong with it, in words for its author.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    public string Key => $"{Namespace}/{Name}";

    public static MultiClusterService Read(JsonObject item)
    {
        var problems = new List<string>();
        var key = item.Key();
        var spec = item.Object("spec").Object("template").Object("spec");
        var selector = spec.Object("selector")?.ToDictionary(pair => pair.Key, pair => pair.Value?.ToString() ?? "") ?? [];
        if (selector.Count == 0)
        {
            problems.Add($"MultiClusterService {key} has no selector: set spec.template.spec.selector to labels of the pods");
        }

        var ports = new List<ServicePort>();
        foreach (var port in spec.Objects("ports"))
        {
            if (port.Number("port") is not (> 0 and < 65536) || port.Number("port") is not { } number)
            {
                problems.Add($"MultiClusterService {key} has a port '{port.Text("port")}'; expected a number between 1 and 65535");
                continue;
            }

            ports.Add(new ServicePort(port.Text("name") ?? "", port.Text("protocol") ?? "TCP", number, port.Text("targetPort") ?? port.Text("port")!));
        }

        if (ports.Count == 0)
        {
            problems.Add($"MultiClusterService {key} has no ports: set spec.template.spec.ports");
        }

        return new MultiClusterService
        {
            Source = item,
            Namespace = item.Namespace(),
            Name = item.Name(),
            Selector = selector,
            Ports = ports,
            Clusters = item.Object("spec")?["clusters"] is JsonArray { Count: > 0 } clusters
                ? [.. clusters.OfType<JsonObject>().Select(cluster => cluster.Text("link") ?? "")]
                : null,
            BackendConfigs = ReadBackendConfigs(item, problems),
            Problems = problems,
        };
    }

    /// <summary>The port that a MultiClusterIngress names by number or name.</summary>
    public ServicePort? FindPort(string nameOrNumber) => Ports.FirstOrDefault(port =>
        port.Name == nameOrNumber || port.Port.ToString(System.Globalization.CultureInfo.InvariantCulture) == nameOrNumber);

    /// <summary>The name of the BackendConfig for a port; null for Google's defaults.</summary>
    public string? BackendConfigFor(ServicePort port) =>
        BackendConfigs.GetValueOrDefault(port.Port.ToString(System.Globalization.CultureInfo.InvariantCulture))
        ?? BackendConfigs.GetValueOrDefault(port.Name)
        ?? BackendConfigs.GetValueOrDefault("default");

    // {"ports": {"80": "name"}} or {"default": "name"}
    private static Dictionary<string, string> ReadBackendConfigs(JsonObject item, List<string> problems)
    {
        var names = new Dictionary<string, string>();
        if ((item.Annotation("cloud.google.com/backend-config") ?? item.Annotation("beta.cloud.google.com/backend-config")) is not { } text)
        {
            return names;
        }

        try
        {
            var parsed = JsonNode.Parse(text) as JsonObject;
            if (parsed.Text("default") is { } name)
            {
                names["default"] = name;
            }

            foreach (var (port, config) in parsed.Object("ports") ?? [])
            {
                names[port] = config?.ToString() ?? "";
            }
        }
        catch (JsonException)
        {
            problems.Add($"MultiClusterService {item.Key()}: annotation cloud.google.com/backend-config is {text}; "
                + "expected JSON such as {\"default\": \"name\"} or {\"ports\": {\"80\": \"name\"}}");
        }

        return names;
    }
}
