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

    /// <summary>The protocol towards the pods by port number or name: HTTP, HTTPS or HTTP2.</summary>
    public required IReadOnlyDictionary<string, string> AppProtocols { get; init; }

    /// <summary>What the lab does otherwise.</summary>
    public IEnumerable<string> Warnings => AppProtocols.Where(entry => entry.Value == "HTTP2").Select(entry =>
        $"MultiClusterService {Key}: port {entry.Key} is spoken to in HTTP/1.1 over TLS here, not in HTTP2 (networking.gke.io/app-protocols)");

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
            AppProtocols = ReadAppProtocols(item, problems),
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

    public string ProtocolOf(ServicePort port) =>
        AppProtocols.GetValueOrDefault(port.Name)
        ?? AppProtocols.GetValueOrDefault(port.Port.ToString(System.Globalization.CultureInfo.InvariantCulture))
        ?? "HTTP";

    // {"my-port": "HTTPS"}
    private static Dictionary<string, string> ReadAppProtocols(JsonObject item, List<string> problems)
    {
        if (item.Annotation("networking.gke.io/app-protocols") is not { } text)
        {
            return [];
        }

        try
        {
            var found = (JsonNode.Parse(text) as JsonObject)?.ToDictionary(entry => entry.Key, entry => entry.Value?.ToString() ?? "");
            if (found is not null && found.Values.All(protocol => protocol is "HTTP" or "HTTPS" or "HTTP2"))
            {
                return found;
            }
        }
        catch (JsonException)
        {
            // Told below, as every other text that is no such map.
        }

        problems.Add($"MultiClusterService {item.Key()}: annotation networking.gke.io/app-protocols is {text}; "
            + "expected JSON such as {\"port-name\": \"HTTPS\"} with HTTP, HTTPS or HTTP2");
        return [];
    }

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
