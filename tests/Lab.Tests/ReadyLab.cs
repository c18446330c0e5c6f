using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using Testing;

namespace Lab.Tests;

/// <summary>A lab with all nine stages done, shared by the tests of a class.</summary>
public sealed class ReadyLab : IAsyncLifetime
{
    public const string Us = "multi-cluster-demo-us";
    public const string Asia = "multi-cluster-demo-asia";

    public LabProcess Lab { get; private set; } = null!;

    public JsonNode State => Lab.State!;

    public Kubectl Kubectl => new(Lab.Kubeconfig);

    public async ValueTask InitializeAsync() => Lab = await LabProcess.StartReadyAsync();

    public ValueTask DisposeAsync() => Lab is null ? ValueTask.CompletedTask : Lab.DisposeAsync();

    public string GatewayUrl(string cluster) => GatewayUrl(Lab, cluster);

    public Task<BufferedCommandResult> ProvisionerAsync(params string[] arguments) => ProvisionerAsync(Lab, arguments);

    public static string GatewayUrl(LabProcess lab, string cluster) =>
        lab.State!["clusters"]!.AsArray().Single(entry => entry!["name"]!.GetValue<string>() == cluster)!["gatewayUrl"]!.GetValue<string>();

    /// <summary>Runs a verb of the Provisioner's command line in the running lab.</summary>
    public static async Task<BufferedCommandResult> ProvisionerAsync(LabProcess lab, params string[] arguments) =>
        await Cli.Wrap(LabProcess.Program("Provisioner"))
            .WithArguments([.. arguments, "--lab", lab.Directory])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync();
}
