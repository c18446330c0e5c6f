using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Emulator.Nodes;

/// <summary>The GCE metadata server that each node has, as in-process handlers: no socket, so asking costs nothing.</summary>
internal sealed class MetadataServers(ClusterOptions options)
{
    private readonly ConcurrentDictionary<string, MetadataHandler> handlers = new();

    /// <summary>The handler for pods of a node; it answers whatever host is asked.</summary>
    public HttpMessageHandler For(EmbeddedNode node) => handlers.GetOrAdd(node.Name, _ => new MetadataHandler(Describe(node)));

    private JsonObject Describe(EmbeddedNode node)
    {
        var projectNumber = Number(options.Project, 12);
        var zone = $"projects/{projectNumber}/zones/{options.Location}";
        var account = $"{projectNumber}-compute@developer.gserviceaccount.com";
        var service = new JsonObject
        {
            ["aliases"] = new JsonArray("default"),
            ["email"] = account,
            ["scopes"] = new JsonArray("https://www.googleapis.com/auth/cloud-platform"),
        };
        return new JsonObject
        {
            ["instance"] = new JsonObject
            {
                ["attributes"] = new JsonObject
                {
                    ["cluster-location"] = options.Location,
                    ["cluster-name"] = options.ClusterName,
                    ["cluster-uid"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.ClusterName))),
                },
                ["hostname"] = $"{node.Name}.{options.Location}.c.{options.Project}.internal",
                ["id"] = Number(node.Name, 19),
                ["machineType"] = $"projects/{projectNumber}/machineTypes/e2-standard-4",
                ["name"] = node.Name,
                ["serviceAccounts"] = new JsonObject { ["default"] = service, [account] = service.DeepClone() },
                ["zone"] = zone,
            },
            ["project"] = new JsonObject { ["numericProjectId"] = projectNumber, ["projectId"] = options.Project },
        };
    }

    /// <summary>A number of so many digits that is always the same for a text.</summary>
    private static long Number(string text, int digits)
    {
        var hash = BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var least = long.Parse("1" + new string('0', digits - 1), CultureInfo.InvariantCulture);
        return least + (long)(hash % (ulong)(digits >= 19 ? long.MaxValue - least : least * 9));
    }
}
