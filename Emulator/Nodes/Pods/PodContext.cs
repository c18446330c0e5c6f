using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Network;
using Emulator.Storage;
using Emulator.Telemetry;

namespace Emulator.Nodes;

/// <summary>What the containers of one pod share.</summary>
internal sealed record PodContext(
    KubeletServices Services, EmbeddedNode Node, PodInterface Network, PodShells Shells, Func<JsonObject> Latest, Action Changed)
{
    public JsonObject Pod => Latest();

    public ContainerEnvironment Environment { get; } = new(Services.Registry, Node, Network.Address.ToString());

    public void Normal(string reason, string message, string? container = null, string list = "containers") =>
        Services.Events.Normal(Pod, "kubelet", reason, message, Node.Name, FieldPath(container, list));

    public void Warning(string reason, string message, string? container = null, string list = "containers") =>
        Services.Events.Warning(Pod, "kubelet", reason, message, Node.Name, FieldPath(container, list));

    private static string? FieldPath(string? container, string list) => container is null ? null : $"spec.{list}{{{container}}}";
}

/// <summary>What every pod of the cluster needs to run.</summary>
internal sealed record KubeletServices(
    Registry Registry,
    IPodNetwork Network,
    EventRecorder Events,
    TimeProvider Time,
    PodLogs Logs,
    MetadataServers Metadata,
    PodTelemetry Telemetry,
    ShellHost ShellHost,
    IReadOnlyList<IContainerImage> Images,
    ILogger Logger)
{
    public IContainerImage? FindImage(string image, JsonObject container) => Images.FirstOrDefault(candidate => candidate.Matches(image, container));
}
