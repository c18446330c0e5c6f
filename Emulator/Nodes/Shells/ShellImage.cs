using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Images whose programs are a shell's: busybox, curl, a distribution. The host's own programs stand for them.</summary>
internal sealed class ShellImage : IContainerImage
{
    /// <summary>Where busybox's programs are in images that are made on it, for what the host lacks.</summary>
    public const string BusyBoxFolder = "/opt/busybox";

    public const string HostPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly string[] Known =
    [
        "busybox", "alpine", "curl", "agnhost", "netshoot", "network-multitool", "dnsutils", "jessie-dnsutils", "ubuntu", "debian", "bash", "fedora",
        "rockylinux", "almalinux", "amazonlinux", "centos", "ubi8", "ubi9", "ubi-minimal", "toolbox",
    ];

    public static bool IsShell(JsonObject container) => IsShell(container["image"].Text() ?? "");

    public bool Matches(string image, JsonObject container) => IsShell(image);

    public async Task<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellation)
    {
        if (context.Shells is not { } shells)
        {
            throw new ContainerFailedException("CreateContainerError", "this node runs no processes");
        }

        var name = Name(context.Container["image"].Text() ?? "");
        var hasBusyBox = HostTools.Find("busybox") is not null;
        var isBusyBox = name.Contains("busybox", StringComparison.Ordinal) && hasBusyBox;
        return await shells.StartAsync(new ShellProgram
        {
            Container = context.Container,
            Command = CommandLine(context.Container, name, context.Environment),
            Environment = isBusyBox ? WithDefaults(context.Environment, "/bin", "/") : WithDefaults(context.Environment, hasBusyBox ? $"{HostPath}:{BusyBoxFolder}" : HostPath, "/root"),
            WorkingDirectory = context.Container["workingDir"].Text() is { Length: > 0 } folder ? folder : "/",
            IsBusyBox = isBusyBox,
            HasBusyBox = hasBusyBox && !isBusyBox,
            HasInput = context.Container["stdin"].IsTrue(),
            HasTerminal = context.Container["tty"].IsTrue(),
            Log = context.Log,
        });
    }

    /// <summary>The variables that an image would set itself.</summary>
    public static Dictionary<string, string> WithDefaults(IReadOnlyDictionary<string, string> environment, string path, string home)
    {
        var all = new Dictionary<string, string>(environment);
        all.TryAdd("PATH", path);
        all.TryAdd("HOME", home);
        return all;
    }

    /// <summary>The container's command and arguments, or what its image runs without them.</summary>
    private static List<string> CommandLine(JsonObject container, string image, IReadOnlyDictionary<string, string> environment)
    {
        List<string> Words(string field) =>
            [.. (container[field] as JsonArray ?? []).Select(item => ContainerEnvironment.Expand(item.Text() ?? "", environment))];

        var (command, arguments) = (Words("command"), Words("args"));
        if (command.Count > 0)
        {
            return [.. command, .. arguments];
        }

        if (image == "agnhost")
        {
            return arguments is [] or ["pause"] ? ["sleep", "infinity"]
                : throw new ContainerFailedException(
                    "CreateContainerError", $"embedded nodes do not have agnhost's own programs ({arguments[0]}); give the container a command, or run the lab with --mode k3s");
        }

        if (image.Contains("curl", StringComparison.Ordinal))
        {
            // As the entrypoint of the curl image: what is no program is an argument for curl.
            return arguments is [var first, ..] && !first.StartsWith('-') && HostTools.Find(first) is not null ? arguments : ["curl", .. arguments];
        }

        return arguments.Count > 0 ? arguments : ["sh"];
    }

    private static bool IsShell(string image)
    {
        var name = Name(image);
        return Known.Contains(name) || name.Contains("busybox", StringComparison.Ordinal) || name.StartsWith("curl", StringComparison.Ordinal);
    }

    /// <summary>The last part of a reference without tag and digest: <c>curl</c> of <c>docker.io/curlimages/curl:8.9</c>.</summary>
    private static string Name(string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..];
        return name.Split(':', '@')[0];
    }
}
