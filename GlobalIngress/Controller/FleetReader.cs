using System.Net;
using System.Text.Json.Nodes;
using GlobalIngress.Fleet;
using GlobalIngress.Frontend;
using GlobalIngress.Kubernetes;
using GlobalIngress.LoadBalancing;
using GlobalIngress.Resources;

namespace GlobalIngress.Controller;

/// <summary>Reads what the clusters hold, without asking them.</summary>
/// <param name="throughApi">Pods are reached through their API servers.</param>
internal sealed class FleetReader(ConfigCluster config, IReadOnlyList<MemberCluster> members, bool throughApi)
{
    private const string UnderlayAnnotation = "lab.dev/underlay";

    private readonly CertificateCache certificates = new();

    // By uid: what an ingress was when it last had no problems.
    private readonly Dictionary<string, (MultiClusterIngress Ingress, FrontendPlan Frontend)> lastGood = [];

    /// <summary>Null until the configuration has been read once.</summary>
    public FleetView? Read()
    {
        if (!config.IsSynced)
        {
            return null;
        }

        var services = config.Services.Items.Values.OrderBy(item => item.Key(), StringComparer.Ordinal).Select(Service).ToArray();
        var byKey = services.ToDictionary(state => state.Service.Key);
        // The oldest ingress has the VIP.
        var items = config.Ingresses.Items.Values
            .OrderBy(item => item.Object("metadata").Text("creationTimestamp"), StringComparer.Ordinal)
            .ThenBy(item => item.Key(), StringComparer.Ordinal)
            .ToArray();
        var owner = items.FirstOrDefault(item => !item.IsBeingDeleted())?.Key();
        var ingresses = items.Select(item => Ingress(item, byKey, owner)).ToArray();

        var uids = items.Where(item => !item.IsBeingDeleted()).Select(Uid).ToHashSet();
        foreach (var gone in lastGood.Keys.Where(uid => !uids.Contains(uid)).ToArray())
        {
            lastGood.Remove(gone);
        }

        var (serving, frontend) = items.Where(item => item.Key() == owner).Select(item => lastGood.GetValueOrDefault(Uid(item))).FirstOrDefault();
        return new FleetView(services, ingresses, serving, frontend ?? FrontendPlan.None, [.. serving?.Backends.Select(backend => Backend(serving.Namespace, backend, byKey)) ?? []]);
    }

    private static string Uid(JsonObject item) => item.Object("metadata").Text("uid") ?? item.Key();

    private ServiceState Service(JsonObject item)
    {
        var service = MultiClusterService.Read(item);
        var problems = service.Problems.ToList();
        foreach (var link in service.Clusters?.Where(link => members.All(member => member.Member.Link != link)) ?? [])
        {
            problems.Add($"MultiClusterService {service.Key} links cluster '{link}', which is not in the fleet; "
                + $"members are {string.Join(", ", members.Select(member => member.Member.Link))}");
        }

        problems.AddRange(service.BackendConfigs.Values.Distinct()
            .Where(name => !config.BackendConfigs.Items.ContainsKey($"{service.Namespace}/{name}"))
            .Select(name => $"BackendConfig {service.Namespace}/{name} not found: kubectl -n {service.Namespace} get backendconfigs"));
        var warnings = service.BackendConfigs.Values.Distinct()
            .Select(name => config.BackendConfigs.Items.GetValueOrDefault($"{service.Namespace}/{name}"))
            .OfType<JsonObject>().SelectMany(BackendSettings.Warnings).Concat(service.Warnings).ToArray();

        var derived = DerivedService.Of(service);
        MemberCluster[] chosen = service.Problems.Count > 0 || item.IsBeingDeleted()
            ? []
            : [.. members.Where(member => service.Clusters?.Contains(member.Member.Link) ?? true)];
        var isKnown = chosen.Length > 0
            && Array.TrueForAll(chosen, member => member.EndpointSlices.IsSynced && member.Services.Items.ContainsKey(derived.Key));
        int? endpoints = isKnown
            ? chosen.Sum(member => Slices(member, derived).Sum(slice => slice.Objects("endpoints").Count()))
            : null;
        return new ServiceState(service, derived, [.. chosen.Select(member => member.Member)], problems, warnings, endpoints);
    }

    private IngressState Ingress(JsonObject item, Dictionary<string, ServiceState> services, string? owner)
    {
        var ingress = MultiClusterIngress.Read(item);
        var problems = ingress.Problems.ToList();
        var warnings = ingress.Warnings.ToList();
        var frontend = FrontendPlan.Read(ingress, config, certificates, problems, warnings);
        foreach (var backend in ingress.Backends)
        {
            if (!services.TryGetValue($"{ingress.Namespace}/{backend.Service}", out var service))
            {
                problems.Add($"AVMBR102: MultiClusterService {ingress.Namespace}/{backend.Service} not found.");
            }
            else if (service.Service.FindPort(backend.Port) is null)
            {
                problems.Add($"MCI {ingress.Key}: MultiClusterService {service.Service.Key} has no port '{backend.Port}'; "
                    + $"its ports are {string.Join(", ", service.Service.Ports.Select(port => port.Port))}");
            }
        }

        if (item.Key() != owner && !item.IsBeingDeleted())
        {
            problems.Add($"The lab has one VIP, and MultiClusterIngress {owner} has it: delete that one, or add rules to it");
        }
        else if (problems.Count == 0)
        {
            lastGood[Uid(item)] = (ingress, frontend);
        }

        return new IngressState(ingress, problems, warnings);
    }

    private BackendPlan Backend(string ns, IngressBackend backend, Dictionary<string, ServiceState> services)
    {
        if (!services.TryGetValue($"{ns}/{backend.Service}", out var state) || state.Service.FindPort(backend.Port) is not { } port)
        {
            return new BackendPlan(backend, BackendSettings.Default, []);
        }

        var settings = state.Service.BackendConfigFor(port) is { } name && config.BackendConfigs.Items.TryGetValue($"{ns}/{name}", out var item)
            ? BackendSettings.Read(item)
            : BackendSettings.Default;
        return new BackendPlan(backend, settings, [.. members
            .Where(member => state.Members.Contains(member.Member))
            .Select(member => (member.Member, (IReadOnlyList<EndpointKey>)[.. Endpoints(member, state, port, settings)]))]);
    }

    private static IEnumerable<JsonObject> Slices(MemberCluster member, DerivedService derived) => member.EndpointSlices.Items.Values
        .Where(slice => slice.Namespace() == derived.Namespace && slice.Label("kubernetes.io/service-name") == derived.Name);

    private IEnumerable<EndpointKey> Endpoints(MemberCluster member, ServiceState state, ServicePort port, BackendSettings settings)
    {
        var usesTls = state.Service.ProtocolOf(port) is "HTTPS" or "HTTP2";
        foreach (var slice in Slices(member, state.Derived))
        {
            if (slice.Objects("ports").FirstOrDefault(candidate => (candidate.Text("name") ?? "") == port.Name).Number("port") is not { } number)
            {
                continue;
            }

            foreach (var endpoint in slice.Objects("endpoints"))
            {
                var conditions = endpoint.Object("conditions");
                if (conditions.Text("ready") == "false" || conditions.Text("terminating") == "true"
                    || !IPAddress.TryParse(endpoint.List("addresses").FirstOrDefault()?.ToString(), out var address))
                {
                    continue;
                }

                var node = endpoint.Text("nodeName") is { } name ? member.Nodes.Items.GetValueOrDefault(name) : null;
                if (node is null && endpoint.Text("nodeName") is not null)
                {
                    // The way to the pod may lead through its node, which is not known yet.
                    continue;
                }

                var underlay = IPEndPoint.TryParse(node?.Annotation(UnderlayAnnotation) ?? "", out var listener) ? listener : null;
                var through = throughApi && endpoint.Object("targetRef").Text("name") is { } pod ? new ApiRoute(member.Api, state.Derived.Namespace, pod) : null;
                yield return new EndpointKey(
                    member.Member, new IPEndPoint(address, number), underlay, settings.HealthCheck, through, usesTls, settings.Draining);
            }
        }
    }
}
