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

    /// <summary>The Secrets of its certificates, in their order.</summary>
    public required IReadOnlyList<string> Secrets { get; init; }

    /// <summary>The name of its FrontendConfig; null for none.</summary>
    public string? FrontendConfig => Source.Annotation("networking.gke.io/frontend-config");

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

        var secrets = new List<string>();
        foreach (var tls in spec.Objects("tls"))
        {
            if (tls.Text("secretName") is { Length: > 0 } secret)
            {
                secrets.Add(secret);
            }
            else
            {
                problems.Add($"MCI {key}: an entry of spec.template.spec.tls has no secretName; expected the name of a Secret of type kubernetes.io/tls in namespace {item.Namespace()}");
            }
        }

        if (item.Annotation("networking.gke.io/pre-shared-certs") is { } shared)
        {
            warnings.Add($"networking.gke.io/pre-shared-certs {shared} has no effect here: there are no certificates of Compute Engine in a lab; "
                + "name a Secret of type kubernetes.io/tls in spec.template.spec.tls");
        }

        return new MultiClusterIngress
        {
            Source = item,
            Namespace = item.Namespace(),
            Name = item.Name(),
            DefaultBackend = backend,
            Paths = paths,
            Secrets = secrets,
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
