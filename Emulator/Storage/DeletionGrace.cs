using System.Text.Json.Nodes;

namespace Emulator.Storage;

/// <summary>How long a deletion waits: only pods have a grace period, and only once a node runs them.</summary>
internal static class DeletionGrace
{
    private const int PodDefault = 30;

    public static int Seconds(ResourceType type, JsonObject node, DeletionOptions deletion)
    {
        if (type != KnownTypes.Pods)
        {
            return 0;
        }

        // A pod that no node has taken, or that has ended, has nobody who would stop it (registry/core/pod, CheckGracefulDelete).
        var waitsForNode = node["spec"]?["nodeName"] is not null && node["status"]?["phase"]?.GetValue<string>() is not ("Failed" or "Succeeded");
        return waitsForNode ? deletion.GracePeriodSeconds ?? node["spec"]?["terminationGracePeriodSeconds"]?.GetValue<int>() ?? PodDefault : 0;
    }
}
