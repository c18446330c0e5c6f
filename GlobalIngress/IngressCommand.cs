using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using GlobalIngress.Fleet;

namespace GlobalIngress;

/// <summary>The command line of the global ingress.</summary>
internal static class IngressCommand
{
    /// <summary>Reads the options and runs with them; prints every fault of the command line and returns 1 when it has any.</summary>
    public static Task<int> InvokeAsync(string[] args, Func<IngressOptions, CancellationToken, Task<int>> run)
    {
        var config = new Option<string>("--config-cluster") { Required = true, Description = "The member that holds the configuration" };
        var kubeconfig = new Option<string>("--kubeconfig") { Required = true, Description = "Kubeconfig with a context per member; it may come later" };
        var members = new Option<string[]>("--member") { Required = true, Description = "A cluster of the fleet: context=location/name" };
        var project = new Option<string>("--project") { DefaultValueFactory = _ => "lab-demo", Description = "The Google Cloud project" };
        var vipPort = new Option<int>("--vip-port") { DefaultValueFactory = _ => 8080, Description = "Loopback port of the load balancer; 0: any free one" };
        var vipAddress = new Option<string?>("--vip-address") { Description = "A loopback address for port 80, where that can be bound" };
        var region = new Option<string>("--client-region") { DefaultValueFactory = _ => "us-central1", Description = "Where clients are by default" };
        var dial = new Option<string>("--dial-pods") { DefaultValueFactory = _ => "network", Description = "How pods are reached: network, or api (a port-forward per connection)" };
        dial.AcceptOnlyFromAmong("network", "api");
        members.Validators.Add(result =>
            Check(result, "--member", text => Member.Parse(text) is not null, "context=location/name, such as us=us-central1-c/my-cluster"));
        vipAddress.Validators.Add(result => Check(result, "--vip-address", text => IPAddress.TryParse(text, out _), "an address, such as 127.77.0.1"));
        region.Validators.Add(result => Check(result, "--client-region", Regions.IsKnown, $"one of {string.Join(", ", Regions.Names)}"));

        var command = new RootCommand("MultiClusterIngress and MultiClusterService for the Lab: the controller and its load balancer")
        {
            config, kubeconfig, members, project, vipPort, vipAddress, region, dial,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(config) is { } name && result.GetValue(members) is { } texts
                && Array.TrueForAll(texts, text => Member.Parse(text) is not { } member || member.Name != name))
            {
                result.AddError($"--config-cluster {name}: expected the name of one of the members, {string.Join(", ", texts)}");
            }
        });
        command.SetAction((parsed, cancellation) => run(
            new IngressOptions
            {
                ConfigCluster = parsed.GetRequiredValue(config),
                Kubeconfig = Path.GetFullPath(parsed.GetRequiredValue(kubeconfig)),
                Members = [.. parsed.GetRequiredValue(members).Select(text => Member.Parse(text)!)],
                Project = parsed.GetRequiredValue(project),
                VipPort = parsed.GetValue(vipPort),
                VipAddress = parsed.GetValue(vipAddress) is { } address ? IPAddress.Parse(address) : null,
                DialThroughApi = parsed.GetValue(dial) == "api",
                ClientRegion = parsed.GetRequiredValue(region),
            },
            cancellation));
        return command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static void Check(OptionResult result, string option, Func<string, bool> isRight, string expected)
    {
        foreach (var token in result.Tokens.Where(token => !isRight(token.Value)))
        {
            result.AddError($"{option} {token.Value}: expected {expected}");
        }
    }
}
