using System.Globalization;
using System.Text.Json.Nodes;
using GoogleEmulator.Compute;
using GoogleEmulator.Projects;
using Provisioner.Kubernetes;

namespace GoogleEmulator.Ingress;

/// <summary>The load balancer of one MultiClusterIngress in Compute Engine, as the object's status names its parts.</summary>
internal sealed class LoadBalancerResources(Project project, JsonObject ingress)
{
    private readonly JsonObject names = ingress["status"]?["CloudResources"] as JsonObject ?? [];

    /// <summary>Its parts, users before what they use; none before the controller has made any.</summary>
    public IEnumerable<ComputeResource> All => Frontend().Concat(Backends()).Concat(Firewalls()).Concat(EndpointGroups());

    private IEnumerable<ComputeResource> Frontend()
    {
        var map = names["UrlMap"]?.ToString();
        // One rule and one proxy for each scheme, in the same order: the proxies of both schemes have the same name.
        var schemes = Names("ForwardingRules").Zip(Names("TargetProxies"), (rule, proxy) => (Rule: rule, Proxy: proxy, Scheme: Scheme.Of(rule))).ToArray();
        foreach (var (rule, proxy, scheme) in schemes)
        {
            yield return Resource("forwardingRules", rule, new JsonObject
            {
                ["IPAddress"] = ingress["status"]!["VIP"]?.ToString(),
                ["IPProtocol"] = "TCP",
                ["portRange"] = scheme.PortRange,
                ["loadBalancingScheme"] = "EXTERNAL",
                ["networkTier"] = "PREMIUM",
                ["target"] = Global(scheme.Proxies, proxy),
            });
        }

        foreach (var (_, proxy, scheme) in schemes)
        {
            var body = new JsonObject { ["urlMap"] = Global("urlMaps", map) };
            if (scheme == Scheme.Https)
            {
                body["sslCertificates"] = new JsonArray([.. Certificates.Select(name => Global("sslCertificates", name))]);
            }

            yield return Resource(scheme.Proxies, proxy, body);
        }

        foreach (var name in schemes.Any(each => each.Scheme == Scheme.Https) ? Certificates : [])
        {
            yield return Resource("sslCertificates", name, new JsonObject { ["type"] = "SELF_MANAGED" });
        }

        if (map is not null)
        {
            yield return Resource("urlMaps", map, new JsonObject { ["defaultService"] = Global("backendServices", Names("BackendServices").FirstOrDefault()) });
        }
    }

    private IEnumerable<ComputeResource> Backends()
    {
        foreach (var name in Names("BackendServices"))
        {
            yield return Resource("backendServices", name, new JsonObject
            {
                ["protocol"] = "HTTP",
                ["loadBalancingScheme"] = "EXTERNAL",
                ["healthChecks"] = new JsonArray(Global("healthChecks", name)),
                ["backends"] = new JsonArray([.. Names("NetworkEndpointGroups").Select(path => new JsonObject
                {
                    ["group"] = $"projects/{project.Id}/{path}",
                    ["balancingMode"] = "RATE",
                    ["maxRatePerEndpoint"] = 1,
                })]),
            });
        }

        foreach (var name in Names("HealthChecks"))
        {
            yield return Resource("healthChecks", name, new JsonObject { ["type"] = "HTTP", ["checkIntervalSec"] = 15, ["timeoutSec"] = 15 });
        }
    }

    private IEnumerable<ComputeResource> Firewalls() => Names("Firewalls").Select(name => Resource("firewalls", name, new JsonObject
    {
        ["network"] = Global("networks", "default"),
        ["direction"] = "INGRESS",
        ["priority"] = 1000,
        // Where Google's health checks and load balancers come from.
        ["sourceRanges"] = new JsonArray("130.211.0.0/22", "35.191.0.0/16"),
        ["allowed"] = new JsonArray(new JsonObject { ["IPProtocol"] = "tcp", ["ports"] = new JsonArray("30000-32767") }),
        ["disabled"] = false,
    }));

    // zones/Z/networkEndpointGroups/N
    private IEnumerable<ComputeResource> EndpointGroups() => Names("NetworkEndpointGroups").Select(path => path.Split('/')).Where(parts => parts.Length == 4).Select(parts =>
        Resource(parts[2], parts[3], new JsonObject { ["networkEndpointType"] = "GCE_VM_IP_PORT", ["network"] = Global("networks", "default") }, $"{parts[0]}/{parts[1]}"));

    // One of each Secret that the object names; its status does not tell their names.
    private string[] Certificates =>
        [.. (ingress["spec"]?["template"]?["spec"]?["tls"]).Objects().Select(tls => tls["secretName"]?.ToString()).OfType<string>().Distinct().Select(secret => $"{names["UrlMap"]}-{secret}")];

    private ComputeResource Resource(string collection, string name, JsonObject body, string scope = "global") =>
        new(project.Id, scope, collection, name, body, Created, $"MultiClusterIngress {ingress.Namespace()}/{ingress.Name()}");

    private DateTimeOffset Created =>
        DateTimeOffset.TryParse(ingress["metadata"]?["creationTimestamp"]?.ToString(), CultureInfo.InvariantCulture, out var time) ? time : default;

    private string[] Names(string kind) => [.. (names[kind] as JsonArray ?? []).Select(name => name!.ToString())];

    private string? Global(string collection, string? name) => name is null ? null : $"projects/{project.Id}/global/{collection}/{name}";

    private sealed record Scheme(string PortRange, string Proxies)
    {
        public static readonly Scheme Http = new("80-80", "targetHttpProxies");
        public static readonly Scheme Https = new("443-443", "targetHttpsProxies");

        // mci-8se3df-fw-istio-ingress-mci, mci-8se3df-fws-istio-ingress-mci
        public static Scheme Of(string forwardingRule) => forwardingRule.Split('-') is [_, _, "fws", ..] ? Https : Http;
    }
}
