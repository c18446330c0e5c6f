using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Emulator.Mesh.Certificates;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>WorkloadEntries and pods that a ServiceEntry selects by their labels, and WorkloadEntries that a Service does.</summary>
internal static class SelectedWorkloads
{
    /// <param name="ports">The ports of the ServiceEntry.</param>
    /// <param name="number">A port's own number, by which callers know it.</param>
    public static IEnumerable<MeshEndpoint> Of(
        MeshInputs inputs, string ns, ImmutableDictionary<string, string> selector, IReadOnlyList<JsonObject> ports, Func<JsonObject, int> number) =>
    [
        .. Entries(inputs, ns, selector, ports, number),
        .. inputs.Local.Pods
            .Where(pod => pod.Namespace() == ns && pod.HasCondition("Ready") && Selects(selector, pod["metadata"]?["labels"].Map()))
            .SelectMany(pod => ports.Select(port => Pod(inputs, pod, number(port), (int)(port["targetPort"].AsLong() ?? number(port)))))
            .OfType<MeshEndpoint>(),
    ];

    public static IEnumerable<MeshEndpoint> Entries(
        MeshInputs inputs, string ns, ImmutableDictionary<string, string> selector, IReadOnlyList<JsonObject> ports, Func<JsonObject, int> number) => inputs.WorkloadEntries
        .Where(entry => entry.Namespace() == ns && Selects(selector, Labels(entry)))
        .OrderBy(Age.Key)
        .SelectMany(entry => ports.Select(port => Entry(inputs, entry, port, number(port))))
        .OfType<MeshEndpoint>();

    private static MeshEndpoint? Entry(MeshInputs inputs, JsonObject entry, JsonObject port, int number)
    {
        var spec = entry["spec"];
        var own = spec?["ports"]?[port["name"].Text() ?? ""].AsLong() ?? port["targetPort"].AsLong() ?? number;
        var locality = (spec?["locality"].Text() ?? "").Split('/');
        return !IPAddress.TryParse(spec?["address"].Text(), out var address) ? null : new MeshEndpoint
        {
            ServicePort = number,
            Address = new IPEndPoint(address, (int)own),
            Cluster = inputs.Local.Cluster,
            Pod = entry.Name(),
            Namespace = entry.Namespace(),
            Region = locality[0],
            Zone = locality.Length > 1 ? locality[1] : "",
            Labels = Labels(entry).ToImmutableDictionary(),
            Identity = spec?["serviceAccount"].Text() is { Length: > 0 } account ? MeshAuthority.SpiffeId(inputs.Settings.TrustDomain, entry.Namespace(), account) : null,
        };
    }

    private static MeshEndpoint? Pod(MeshInputs inputs, JsonObject pod, int number, int target) =>
        !IPAddress.TryParse(pod["status"]?["podIP"].Text(), out var address) ? null : new MeshEndpoint
        {
            ServicePort = number,
            Address = new IPEndPoint(address, target),
            Cluster = inputs.Local.Cluster,
            Pod = pod.Name(),
            Namespace = pod.Namespace(),
            Labels = pod["metadata"]?["labels"].Map().ToImmutableDictionary() ?? ImmutableDictionary<string, string>.Empty,
            Identity = pod.Label("security.istio.io/tlsMode") == "istio"
                ? MeshAuthority.SpiffeId(inputs.Settings.TrustDomain, pod.Namespace(), pod["spec"]?["serviceAccountName"].Text() ?? "default")
                : null,
        };

    /// <summary>Those of its spec, and those of the object.</summary>
    private static Dictionary<string, string> Labels(JsonObject entry) =>
        (entry["metadata"]?["labels"].Map() ?? []).Concat(entry["spec"]?["labels"].Map() ?? []).GroupBy(label => label.Key).ToDictionary(group => group.Key, group => group.Last().Value);

    private static bool Selects(ImmutableDictionary<string, string> selector, IEnumerable<KeyValuePair<string, string>>? labels)
    {
        var own = labels?.ToDictionary(label => label.Key, label => label.Value) ?? [];
        return selector.All(label => own.GetValueOrDefault(label.Key) == label.Value);
    }
}
