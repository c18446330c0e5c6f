using System.Net;
using System.Text.Json.Nodes;
using GlobalIngress.Kubernetes;

namespace GlobalIngress.Resources;

/// <summary>A MultiClusterIngress as the lab reads it.</summary>
internal sealed record MultiClusterIngress
{
    public const string Finalizer = "mci.finalizer.networking.gke.io";

    public required JsonObject Source { get; init; }

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required IngressBackend? DefaultBackend { get; init; }

    public required IReadOnlyList<IngressPath> Paths { get; init; }

    /// <summary>What is wrong with it, in words for its author; with any, the load balancer stays as it was.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>What the lab does not do of it.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    public string Key => $"{Namespace}/{Name}";

    /// <summary>Every backend that is named, each once.</summary>
    public IEnumerable<IngressBackend> Backends => Paths.Select(path => path.Backend).Prepend(DefaultBackend).OfType<IngressBackend>().Distinct();

    public static MultiClusterIngress Read(JsonObject item)
    {
        var problems = new List<string>();
        var warnings = new List<string>();
        var key = item.Key();
        var spec = item.Object("spec").Object("template").Object("spec");
        var backend = Backend(spec.Object("backend"));
        if (backend is null)
        {
            problems.Add($"MCI {key} is missing a default backend");
        }

        var paths = ReadPaths(key, spec, problems);
        if (item.Annotation("networking.gke.io/static-ip") is { } address)
        {
            if (!IPAddress.TryParse(address, out _) && !Uri.IsWellFormedUriString(address, UriKind.Absolute))
            {
                problems.Add($"Invalid value for field 'resource.IPAddress': '{address}'. Must be a literal IP address.");
            }
            else
            {
                warnings.Add($"networking.gke.io/static-ip {address} has no effect here: the lab's VIP is an address of this machine, see status.VIP");
            }
        }

        if (spec.Objects("tls").Any() || item.Annotation("networking.gke.io/pre-shared-certs") is not null)
        {
            warnings.Add("The lab's VIP serves HTTP only: tls and networking.gke.io/pre-shared-certs have no effect here");
        }

        if (item.Annotation("networking.gke.io/frontend-config") is { } frontend)
        {
            warnings.Add($"networking.gke.io/frontend-config {frontend} has no effect here: the lab's VIP serves HTTP only");
        }

        return new MultiClusterIngress
        {
            Source = item,
            Namespace = item.Namespace(),
            Name = item.Name(),
            DefaultBackend = backend,
            Paths = paths,
            Problems = problems,
            Warnings = warnings,
        };
    }

    private static List<IngressPath> ReadPaths(string key, JsonObject? spec, List<string> problems)
    {
        var paths = new List<IngressPath>();
        foreach (var rule in spec.Objects("rules"))
        {
            foreach (var path in rule.Object("http").Objects("paths"))
            {
                var text = path.Text("path") ?? "";
                if (Backend(path.Object("backend")) is not { } target)
                {
                    problems.Add($"MCI {key}: path '{text}' of host '{rule.Text("host") ?? "*"}' has no backend; expected serviceName and servicePort");
                }
                else if (text.Length > 0 && text[0] != '/')
                {
                    problems.Add($"MCI {key}: path '{text}' must begin with '/'");
                }
                else
                {
                    paths.Add(new IngressPath(rule.Text("host") ?? "", text, target));
                }
            }
        }

        return paths;
    }

    private static IngressBackend? Backend(JsonObject? backend) =>
        backend.Text("serviceName") is { Length: > 0 } service && backend.Text("servicePort") is { Length: > 0 } port ? new IngressBackend(service, port) : null;
}
