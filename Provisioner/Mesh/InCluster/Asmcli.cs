using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CliWrap;
using Provisioner.Clusters.Gke;
using Provisioner.Plan;
using Provisioner.Stages;
using Provisioner.Stages.Execution;
using Provisioner.Tools.Gcloud;

namespace Provisioner.Mesh.InCluster;

/// <summary>Google's script that installs Anthos Service Mesh into clusters: fetched by version, checked by digest, its output passed on.</summary>
internal sealed partial class Asmcli(LabPlan plan, GcloudEnvironment environment, TimeProvider time, ILogger<Asmcli> log)
{
    private const int ShownLines = 3;

    // Of a label's value in Kubernetes.
    private const int LongestName = 63;
    private const int KeptOfLongName = 42;

    private readonly SemaphoreSlim one = new(1);

    public string OutputDirectory => Path.Combine(plan.Directory, "asm");

    public static string Url(string version) => $"https://storage.googleapis.com/csm-artifacts/asm/asmcli_{version}";

    /// <summary>The argument list of the demo's <c>asmcli install</c>. No kubeconfig: asmcli refuses one beside a cluster's name, and writes its own into the output folder.</summary>
    public static string[] InstallArguments(string fleet, CloudClusterName cluster, string outputDirectory) =>
    [
        "install", "--project_id", cluster.Project, "--cluster_name", cluster.Name, "--cluster_location", cluster.Location, "--fleet_id", fleet,
        "--output_dir", outputDirectory, "--enable_all", "--ca", "mesh_ca",
    ];

    /// <summary>The argument list of the demo's <c>asmcli create-mesh</c>; every cluster of the mesh is named each time. What was fetched to install is used again.</summary>
    public static string[] CreateMeshArguments(string fleet, IEnumerable<CloudClusterName> clusters, string outputDirectory) =>
        ["create-mesh", fleet, .. clusters.Select(cluster => $"{cluster.Project}/{cluster.Location}/{cluster.Name}"), "--output_dir", outputDirectory];

    /// <summary>The Secret by which another cluster reads this one's endpoints, as create-mesh names it.</summary>
    public static string RemoteSecretOf(CloudClusterName cluster)
    {
        // After gcloud's context, gke_PROJECT_LOCATION_NAME.
        var name = $"gke-{cluster.Project}-{cluster.Location}-{cluster.Name}";
        if (name.Length > LongestName)
        {
            // asmcli hashes the line, with its end.
            name = $"{name[..KeptOfLongName]}-{Digest(Encoding.UTF8.GetBytes(name + "\n"))[..20]}";
        }

        return $"istio-remote-secret-{name}";
    }

    /// <exception cref="LabException">It could not be fetched, is not what it should be, or failed.</exception>
    public async Task RunAsync(string[] arguments, Progress progress, CancellationToken cancellation)
    {
        var (last, errors) = (new Queue<string>(), new Queue<string>());
        var variables = await environment.VariablesAsync(cancellation);
        var script = await FetchAsync(cancellation);
        using var span = StageTelemetry.Source.StartActivity($"asmcli {arguments[0]}");
        var started = time.GetTimestamp();
        log.LogInformation("asmcli {Arguments}", string.Join(' ', arguments));
        var line = PipeTarget.ToDelegate(text =>
        {
            log.LogInformation("asmcli: {Line}", text);
            progress.Report(text);
            lock (last)
            {
                Keep(last, text);
                if (Marked().IsMatch(text))
                {
                    Keep(errors, Marked().Replace(text, ""));
                }
            }
        });
        using var graceful = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var forceful = new CancellationTokenSource();
        await using var _ = cancellation.Register(() => forceful.CancelAfter(TimeSpan.FromSeconds(3)));
        CommandResult result;
        try
        {
            result = await Cli.Wrap(script).WithArguments(arguments).WithEnvironmentVariables(variables).WithValidation(CommandResultValidation.None)
                .WithStandardOutputPipe(line).WithStandardErrorPipe(line).ExecuteAsync(forceful.Token, graceful.Token);
        }
        catch (Win32Exception e)
        {
            throw new LabException($"asmcli cannot be started: {e.Message}", "It is a bash script for Linux");
        }

        log.LogInformation("asmcli {Command}: exit {ExitCode} after {Seconds:0} s", arguments[0], result.ExitCode, time.GetElapsedTime(started).TotalSeconds);
        if (result.ExitCode != 0)
        {
            throw new LabException($"asmcli {arguments[0]} ended with {result.ExitCode}: {string.Join(' ', errors.Count > 0 ? errors : last)}", "See the log of 'provisioner', mend the cause and run the stage again");
        }

        static void Keep(Queue<string> lines, string line)
        {
            lines.Enqueue(line);
            while (lines.Count > ShownLines)
            {
                lines.Dequeue();
            }
        }
    }

    private async Task<string> FetchAsync(CancellationToken cancellation)
    {
        var (path, version) = (Path.Combine(plan.Directory, "asmcli"), plan.Cloud!.AsmVersion);
        await one.WaitAsync(cancellation);
        try
        {
            if (!File.Exists(path) || !IsRight(await File.ReadAllBytesAsync(path, cancellation)))
            {
                using var http = new HttpClient();
                var script = await http.GetByteArrayAsync(Url(version), cancellation);
                if (!IsRight(script))
                {
                    throw new LabException(
                        $"asmcli {version} has the SHA-256 {Digest(script)}, not {plan.Cloud.AsmcliSha256}",
                        $"A new release may have come out: read it ({Url(version)}) and name its digest in Lab:Google:AsmcliSha256");
                }

                await File.WriteAllBytesAsync(path, script, cancellation);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                }
            }

            return path;
        }
        catch (HttpRequestException e)
        {
            throw new LabException($"asmcli {version} cannot be fetched from {Url(version)}: {e.Message}", "Look whether the version exists and the network reaches it");
        }
        finally
        {
            one.Release();
        }
    }

    private bool IsRight(byte[] script) => string.Equals(Digest(script), plan.Cloud!.AsmcliSha256, StringComparison.OrdinalIgnoreCase);

    private static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    // asmcli: [ERROR]: Couldn't find ..., and then often how it is to be used
    [GeneratedRegex(@"^(asmcli: )?\[(ERROR|WARNING)\]: ")]
    private static partial Regex Marked();
}
