using System.Text.Json.Nodes;

namespace Emulator.Storage;

/// <summary>What an update cannot change: the fields that the server owns, and the halves of an object that other endpoints write.</summary>
internal static class UpdateRules
{
    private const string EphemeralContainersField = "ephemeralContainers";

    /// <summary>Takes into <paramref name="next"/> what the endpoint that is written does not write.</summary>
    public static void Prepare(ResourceDefinition definition, JsonObject current, JsonObject next, string subresource)
    {
        var metadata = next["metadata"] as JsonObject ?? (JsonObject)(next["metadata"] = new JsonObject());
        var old = current["metadata"]!.AsObject();
        foreach (var field in (string[])["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "generateName"])
        {
            metadata.CopyFrom(old, field);
        }

        // Each of the two endpoints writes its own half (k8s.io/apiserver, rest.UpdateStrategy of types with a status).
        if (subresource == "status")
        {
            foreach (var (name, value) in current.Where(field => field.Key is not ("status" or "metadata")).ToList())
            {
                next[name] = value?.DeepClone();
            }
        }
        else if (subresource == Registry.EphemeralContainers)
        {
            var added = next["spec"]?[EphemeralContainersField]?.DeepClone();
            foreach (var name in (string[])["spec", "status"])
            {
                next.CopyFrom(current, name);
            }

            next["spec"]![EphemeralContainersField] = added;
        }
        else if (subresource == Registry.Approval)
        {
            // What is decided here is the conditions, and nothing else.
            var conditions = next["status"]?["conditions"]?.DeepClone();
            foreach (var name in (string[])["spec", "status"])
            {
                next.CopyFrom(current, name);
            }

            next["status"] ??= new JsonObject();
            next["status"]!["conditions"] = conditions;
        }
        else if (subresource == "" && definition.HasStatus)
        {
            next.CopyFrom(current, "status");
        }
    }

    /// <summary>Counts a change of anything but metadata and status as a new generation.</summary>
    public static void CountGeneration(ResourceDefinition definition, JsonObject current, JsonObject next)
    {
        if (definition.HasGeneration && !SpecEquals(current, next))
        {
            next["metadata"]!["generation"] = (current["metadata"]!["generation"].AsLong() ?? 0) + 1;
        }
    }

    /// <summary>Whether the two differ at most in metadata and status.</summary>
    private static bool SpecEquals(JsonObject current, JsonObject next)
    {
        static IEnumerable<KeyValuePair<string, JsonNode?>> Wanted(JsonObject node) =>
            node.Where(field => field.Key is not ("metadata" or "status" or "apiVersion" or "kind"));

        var wanted = Wanted(next).ToList();
        return wanted.Count == Wanted(current).Count() && wanted.All(field => JsonNode.DeepEquals(field.Value, current[field.Key]));
    }
}
