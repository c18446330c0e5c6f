using System.Globalization;
using System.Text.Json.Nodes;

namespace Containers;

/// <summary>What an engine says about itself and its machine.</summary>
/// <param name="Kind"><c>docker</c> or <c>podman</c>.</param>
/// <param name="Architecture">As images name it: <c>amd64</c>, <c>arm64</c>.</param>
/// <param name="CgroupVersion">1 or 2.</param>
/// <param name="Rootless">It runs as a user, not as root.</param>
/// <param name="MissingControllers">Control groups' controllers that it may not use.</param>
/// <param name="MemoryBytes">Memory of the machine, or of the virtual machine, that containers run on.</param>
/// <param name="Time">The time there, where it says so: a virtual machine's may stand still while a laptop sleeps.</param>
/// <param name="Folder">Where it keeps images and volumes: on this machine, or inside of its virtual machine.</param>
public sealed record EngineInfo(
    string Kind,
    Version Version,
    string OperatingSystem,
    string Architecture,
    int CgroupVersion,
    bool Rootless,
    IReadOnlyList<string> MissingControllers,
    long MemoryBytes,
    int Processors,
    DateTimeOffset? Time = null,
    string? Folder = null)
{
    // What k3s looks for at its start; it ends where one is missing.
    private static readonly string[] s_controllers = ["cpu", "cpuset", "memory", "pids"];

    /// <exception cref="ContainerEngineException">The engine does not answer, or not as docker or podman do.</exception>
    public static async Task<EngineInfo> AskAsync(ContainerEngine engine, CancellationToken cancellation)
    {
        var json = await engine.RunAsync(["info", "--format", "{{json .}}"], cancellation);
        try
        {
            // Some versions of docker's command line end well also where the engine did not answer.
            return JsonNode.Parse(json)?["ServerErrors"] is JsonArray { Count: > 0 } errors
                ? throw new ContainerEngineException($"{engine.Command} does not reach its engine: {errors[0]}", EngineCures.CureOf(errors[0]!.ToString(), engine.Command))
                : Parse(json);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or FormatException or NullReferenceException or ArgumentException)
        {
            throw new ContainerEngineException(
                $"'{engine.Command} info' answers something else than docker or podman: {json[..Math.Min(json.Length, 200)]}", "Take another engine: LAB_ENGINE=docker", e);
        }
    }

    public static EngineInfo Parse(string json)
    {
        var info = JsonNode.Parse(json)!;
        return info["host"] is { } host ? Podman(info, host) : Docker(info);
    }

    private static EngineInfo Docker(JsonNode info)
    {
        string[] security = [.. (info["SecurityOptions"] as JsonArray ?? []).Select(option => option!.ToString())];
        (string Name, string Flag)[] flags = [("cpu", "CPUShares"), ("cpuset", "CPUSet"), ("memory", "MemoryLimit"), ("pids", "PidsLimit")];
        return new EngineInfo(
            "docker",
            VersionOf(info["ServerVersion"]!.ToString()),
            info["OSType"]?.ToString() ?? "linux",
            ArchitectureOf(info["Architecture"]!.ToString()),
            info["CgroupVersion"]?.ToString() == "2" ? 2 : 1,
            security.Any(option => option.Contains("rootless", StringComparison.Ordinal)),
            [.. flags.Where(flag => (bool?)info[flag.Flag] == false).Select(flag => flag.Name)],
            (long?)info["MemTotal"] ?? 0,
            (int?)info["NCPU"] ?? 0,
            DateTimeOffset.TryParse(info["SystemTime"]?.ToString(), CultureInfo.InvariantCulture, out var time) ? time : null,
            info["DockerRootDir"]?.ToString());
    }

    private static EngineInfo Podman(JsonNode info, JsonNode host) => new(
        "podman",
        VersionOf(info["version"]!["Version"]!.ToString()),
        host["os"]?.ToString() ?? "linux",
        ArchitectureOf(host["arch"]!.ToString()),
        host["cgroupVersion"]?.ToString() == "v2" ? 2 : 1,
        (bool?)host["security"]?["rootless"] ?? false,
        host["cgroupControllers"] is JsonArray controllers ? [.. s_controllers.Except(controllers.Select(c => c!.ToString()))] : [],
        (long?)host["memTotal"] ?? 0,
        (int?)host["cpus"] ?? 0,
        Folder: info["store"]?["graphRoot"]?.ToString());

    // 20.10.24+dfsg1, 28.2.2, 5.4.0-rhel
    private static Version VersionOf(string text)
    {
        var numbers = new string([.. text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]).Trim('.');
        return Version.Parse(numbers.Contains('.') ? numbers : string.Create(CultureInfo.InvariantCulture, $"{numbers}.0"));
    }

    /// <summary>A processor as images name it.</summary>
    public static string ArchitectureOf(string text) => text switch
    {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        _ => text,
    };
}
