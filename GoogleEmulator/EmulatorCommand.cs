using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace GoogleEmulator;

/// <summary>The command line of the emulator of Google Cloud.</summary>
internal static partial class EmulatorCommand
{
    private static readonly string[] s_implementations = ["TRAFFIC_DIRECTOR", "ISTIOD"];

    /// <summary>Reads the options and runs with them; prints every fault of the command line and returns 1 when it has any.</summary>
    public static Task<int> InvokeAsync(string[] args, Func<EmulatorOptions, CancellationToken, Task<int>> run)
    {
        var directory = new Option<string?>("--directory") { Description = "Folder for all that it writes; a temporary one when not given" };
        var projects = new Option<string[]>("--project") { DefaultValueFactory = _ => ["lab-demo"], Description = "A project that exists; may be given more than once" };
        var port = new Option<int>("--port") { Description = "Loopback port; 0: any free one" };
        var delay = new Option<string>("--operation-delay") { DefaultValueFactory = _ => "2s", Description = "How long each operation takes at least, such as 2s or 300ms" };
        var quota = new Option<int>("--quota") { DefaultValueFactory = _ => 72, Description = "CPUs that a project may use in one region" };
        var mesh = new Option<string>("--mesh-implementation") { DefaultValueFactory = _ => s_implementations[0], Description = "The managed mesh's control plane, as the fleet reports it" };
        var vipPort = new Option<int>("--vip-port") { Description = "Loopback port of the global load balancer; 0: any free one" };
        var vipAddress = new Option<string?>("--vip-address") { Description = "A loopback address for port 80 of the global load balancer" };
        var balancers = new Option<string?>("--load-balancer-base") { Description = "First loopback address for LoadBalancer Services, such as 127.77.10.1" };

        Check(projects, text => ProjectId().IsMatch(text), "6 to 30 lower-case letters, digits and hyphens, such as lab-demo");
        Check(port, text => IsPort(text), "a port, 0 to 65535");
        Check(vipPort, text => IsPort(text), "a port, 0 to 65535");
        Check(delay, text => ParseDuration(text) is not null, "a duration, such as 2s or 300ms");
        Check(quota, text => int.TryParse(text, CultureInfo.InvariantCulture, out var cpus) && cpus >= 0, "a number of CPUs");
        Check(mesh, s_implementations.Contains, $"one of {string.Join(", ", s_implementations)}");
        Check(vipAddress, text => IPAddress.TryParse(text, out _), "an address, such as 127.77.0.1");
        Check(balancers, text => IPAddress.TryParse(text, out _), "an address, such as 127.77.10.1");

        var command = new RootCommand("The parts of Google Cloud that the lab's gcloud commands talk to, on loopback, with embedded clusters behind them")
        {
            directory, projects, port, delay, quota, mesh, vipPort, vipAddress, balancers,
        };
        command.SetAction((parsed, cancellation) => run(
            new EmulatorOptions
            {
                Directory = Path.GetFullPath(parsed.GetValue(directory) ?? System.IO.Directory.CreateTempSubdirectory("lab-google-").FullName),
                Projects = [.. parsed.GetRequiredValue(projects).Distinct()],
                Port = parsed.GetValue(port),
                OperationDelay = ParseDuration(parsed.GetRequiredValue(delay))!.Value,
                CpuQuota = parsed.GetValue(quota),
                MeshImplementation = parsed.GetRequiredValue(mesh),
                VipPort = parsed.GetValue(vipPort),
                VipAddress = parsed.GetValue(vipAddress),
                LoadBalancerBase = parsed.GetValue(balancers),
            },
            cancellation));
        return command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    /// <summary>Reads <c>2s</c>, <c>0.5s</c>, <c>300ms</c> or <c>1m</c>; null when it is anything else.</summary>
    internal static TimeSpan? ParseDuration(string text)
    {
        var match = Duration().Match(text);
        if (!match.Success || !double.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return match.Groups[2].Value switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "m" => TimeSpan.FromMinutes(number),
            _ => TimeSpan.FromSeconds(number),
        };
    }

    private static bool IsPort(string text) => ushort.TryParse(text, CultureInfo.InvariantCulture, out _);

    private static void Check<T>(Option<T> option, Func<string, bool> isRight, string expected) => option.Validators.Add(result =>
    {
        foreach (var token in result.Tokens.Where(token => !isRight(token.Value)))
        {
            result.AddError($"{option.Name} {token.Value}: expected {expected}");
        }
    });

    [GeneratedRegex("^([0-9]{1,6}(?:\\.[0-9]{1,3})?)(ms|s|m)$")]
    private static partial Regex Duration();

    [GeneratedRegex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$")]
    private static partial Regex ProjectId();
}
