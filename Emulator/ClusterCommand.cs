using System.CommandLine;
using System.Net;

namespace Emulator;

/// <summary>The command line of one embedded cluster.</summary>
internal static class ClusterCommand
{
    /// <summary>Reads the options and runs the cluster with them; prints every fault of the command line and returns 1 when it has any.</summary>
    public static Task<int> InvokeAsync(string[] args, Func<ClusterOptions, CancellationToken, Task<int>> run)
    {
        var name = new Option<string>("--name") { Required = true, Description = "Short name and kubeconfig context, such as us" };
        var clusterName = new Option<string>("--cluster-name") { Required = true, Description = "The name whereami reports, such as multi-cluster-demo-us" };
        var project = new Option<string>("--project") { DefaultValueFactory = _ => "lab-demo", Description = "The Google Cloud project the metadata server reports" };
        var location = new Option<string>("--location") { Required = true, Description = "The zone, such as us-central1-c" };
        var podCidr = new Option<string>("--pod-cidr") { DefaultValueFactory = _ => "10.10.0.0/16", Description = "Pod addresses" };
        var serviceCidr = new Option<string>("--service-cidr") { DefaultValueFactory = _ => "10.255.10.0/24", Description = "Service addresses" };
        var apiPort = new Option<int>("--api-port") { Description = "Loopback port of the Kubernetes API; 0: any free one" };
        var state = new Option<string>("--state-directory") { Required = true, Description = "Folder for kubeconfig and keys" };
        var nodes = new Option<int>("--nodes") { DefaultValueFactory = _ => 3, Description = "Number of nodes" };
        var withoutZones = new Option<bool>("--nodes-without-zones") { Description = "Nodes name no region and zone, as those of a cluster outside of clouds" };
        var loadBalancerBase = new Option<string?>("--load-balancer-base") { Description = "First loopback address for LoadBalancer Services" };
        var publish = new Option<string[]>("--publish")
        {
            Description = "A Service port to publish on 127.0.0.1 as well: namespace/service:port=hostPort",
            DefaultValueFactory = _ => [],
        };
        var tokens = new Option<string?>("--token-auth-file") { Description = "Static tokens, in kube-apiserver's format" };
        var keep = new Option<bool>("--keep") { Description = "Keep objects on disk across restarts" };

        var command = new RootCommand("One embedded Kubernetes cluster of the Lab")
        {
            name, clusterName, project, location, podCidr, serviceCidr, apiPort, state, nodes, withoutZones, loadBalancerBase, publish, tokens, keep,
        };
        publish.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (ParsePublished(token.Value) is null)
                {
                    result.AddError($"--publish {token.Value}: expected namespace/service:port=hostPort, such as istio-ingress/istio-ingressgateway:80=8081");
                }
            }
        });
        loadBalancerBase.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (!IPAddress.TryParse(token.Value, out _))
                {
                    result.AddError($"--load-balancer-base {token.Value}: expected an address, such as 127.77.10.1");
                }
            }
        });
        command.SetAction((parsed, cancellation) => run(
            new ClusterOptions
            {
                Name = parsed.GetRequiredValue(name),
                ClusterName = parsed.GetRequiredValue(clusterName),
                Project = parsed.GetRequiredValue(project),
                Location = parsed.GetRequiredValue(location),
                PodCidr = parsed.GetRequiredValue(podCidr),
                ServiceCidr = parsed.GetRequiredValue(serviceCidr),
                ApiPort = parsed.GetValue(apiPort),
                StateDirectory = Path.GetFullPath(parsed.GetRequiredValue(state)),
                Nodes = parsed.GetValue(nodes),
                NodesHaveZones = !parsed.GetValue(withoutZones),
                LoadBalancerBase = parsed.GetValue(loadBalancerBase) is { } first ? IPAddress.Parse(first) : null,
                Published = [.. parsed.GetRequiredValue(publish).Select(text => ParsePublished(text)!)],
                TokenAuthFile = parsed.GetValue(tokens),
                Keep = parsed.GetValue(keep),
            },
            cancellation));
        return command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static PublishedPort? ParsePublished(string text)
    {
        var parts = text.Split('/', ':', '=');
        return parts.Length == 4 && int.TryParse(parts[2], out var port) && int.TryParse(parts[3], out var hostPort)
            ? new PublishedPort(parts[0], parts[1], port, hostPort)
            : null;
    }
}
