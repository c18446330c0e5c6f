using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>What is allowed in a pod or pod template but is hardly meant (pkg/api/pod, warnings).</summary>
internal static class PodWarnings
{
    private static readonly Dictionary<string, string> OldLabels = new()
    {
        ["beta.kubernetes.io/arch"] = "kubernetes.io/arch",
        ["beta.kubernetes.io/os"] = "kubernetes.io/os",
        ["failure-domain.beta.kubernetes.io/region"] = "topology.kubernetes.io/region",
        ["failure-domain.beta.kubernetes.io/zone"] = "topology.kubernetes.io/zone",
    };

    public static IEnumerable<string> Find(JsonObject spec, string field)
    {
        foreach (var (key, _) in spec.Map("nodeSelector") ?? [])
        {
            if (OldLabels.TryGetValue(key, out var label))
            {
                yield return $"{field}.nodeSelector[{key}]: deprecated since {(key.StartsWith("beta", StringComparison.Ordinal) ? "v1.14" : "v1.17")}; use \"{label}\" instead";
            }
        }

        if (spec["terminationGracePeriodSeconds"].AsLong() is < 0)
        {
            yield return $"{field}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1";
        }

        foreach (var list in (string[])["initContainers", "containers"])
        {
            var at = 0;
            foreach (var container in spec.Items(list))
            {
                foreach (var warning in OfContainer(container, $"{field}.{list}[{at++}]"))
                {
                    yield return warning;
                }
            }
        }
    }

    private static IEnumerable<string> OfContainer(JsonObject container, string field)
    {
        foreach (var kind in (string[])["limits", "requests"])
        {
            foreach (var name in (string[])["memory", "ephemeral-storage"])
            {
                if (container.Map("resources").Map(kind)?[name]?.ToString() is { } amount && Decoding.Quantity.Value(amount) is var bytes && bytes != Math.Floor(bytes))
                {
                    yield return $"{field}.resources.{kind}[{name}]: fractional byte value \"{amount}\" is invalid, must be an integer";
                }
            }
        }

        var names = new HashSet<string>();
        var at = 0;
        foreach (var name in container.Items("env").Select(variable => variable.Text("name") ?? ""))
        {
            if (!names.Add(name))
            {
                yield return $"{field}.env[{at}]: hides previous definition of \"{name}\", which may be dropped when using apply";
            }

            at++;
        }

        var ports = container.Items("ports").Select(port => (port["containerPort"].AsLong(), port.Text("protocol"), port["hostPort"].AsLong(), port.Text("hostIP"))).ToList();
        for (at = 1; at < ports.Count; at++)
        {
            if (ports.IndexOf(ports[at]) is var first && first < at)
            {
                yield return $"{field}.ports[{at}]: duplicate port definition with {field}.ports[{first}]";
            }
        }
    }
}
