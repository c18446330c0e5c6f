using System.Globalization;
using System.Text.Json.Nodes;

namespace Provisioner.Doctor;

/// <summary>Reads what <c>docker info</c> or <c>podman info</c> print as JSON.</summary>
internal static class EngineReading
{
    /// <param name="command">The engine's program.</param>
    /// <param name="info">What it printed.</param>
    /// <param name="asked">When it was asked.</param>
    /// <param name="networks">Its bridge networks, one a line.</param>
    /// <param name="images">Images of the lab, and whether it has them.</param>
    public static EngineFacts Of(string command, JsonNode info, DateTimeOffset asked, string networks, IReadOnlyDictionary<string, bool> images)
    {
        var count = networks.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        if (info["host"] is { } host)
        {
            return new EngineFacts(
                command, info["version"]?["Version"]?.ToString() ?? "", host["os"]?.ToString() ?? "linux", host["arch"]?.ToString() ?? "",
                host["cgroupVersion"]?.ToString() == "v1" ? 1 : 2, Long(host["memTotal"]), (int)Long(host["cpus"]), count, TimeSpan.Zero, images);
        }

        return new EngineFacts(
            command,
            info["ServerVersion"]?.ToString() ?? "",
            info["OperatingSystem"]?.ToString() ?? "",
            info["Architecture"]?.ToString() switch { "x86_64" => "amd64", "aarch64" => "arm64", var other => other ?? "" },
            info["CgroupVersion"]?.ToString() == "1" ? 1 : 2,
            Long(info["MemTotal"]),
            (int)Long(info["NCPU"]),
            count,
            DateTimeOffset.TryParse(info["SystemTime"]?.ToString(), CultureInfo.InvariantCulture, out var time) ? time - asked : TimeSpan.Zero,
            images);
    }

    private static long Long(JsonNode? node) => long.TryParse(node?.ToString(), CultureInfo.InvariantCulture, out var number) ? number : 0;
}
