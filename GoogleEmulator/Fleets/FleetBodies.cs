using System.Text.Json.Nodes;
using GoogleEmulator.Container;
using GoogleEmulator.Http;
using GoogleEmulator.Operations;
using GoogleEmulator.Projects;

namespace GoogleEmulator.Fleets;

/// <summary>Memberships, features and operations as GKE Hub shows them.</summary>
internal static class FleetBodies
{
    public const string MessageType = "type.googleapis.com/google.cloud.gkehub.v1";

    public static JsonObject Describe(Membership membership, Cluster? cluster)
    {
        var gke = new JsonObject { ["resourceLink"] = membership.ResourceLink };
        var endpoint = new JsonObject { ["gkeCluster"] = gke };
        if (cluster is null)
        {
            gke["clusterMissing"] = true;
        }
        else
        {
            endpoint["kubernetesMetadata"] = new JsonObject
            {
                ["kubernetesApiServerVersion"] = "v" + ClusterBodies.Version,
                ["nodeCount"] = cluster.Plan.Nodes,
                ["vcpuCount"] = cluster.Plan.Cpus,
                ["updateTime"] = Timestamps.Nanoseconds(membership.Updated),
            };
        }

        var pool = $"{membership.Cluster.Project}.svc.id.goog";
        var issuer = membership.Issuer ?? $"https://container.googleapis.com/v1/projects/{membership.Cluster.Project}/locations/{membership.Cluster.Location}/clusters/{membership.Cluster.Name}";
        return new JsonObject
        {
            ["name"] = membership.Path,
            ["authority"] = new JsonObject { ["issuer"] = issuer, ["workloadIdentityPool"] = pool, ["identityProvider"] = issuer },
            ["createTime"] = Timestamps.Nanoseconds(membership.Created),
            ["updateTime"] = Timestamps.Nanoseconds(membership.Updated),
            ["endpoint"] = endpoint,
            ["externalId"] = membership.UniqueId,
            ["uniqueId"] = membership.UniqueId,
            ["labels"] = membership.Labels.DeepClone(),
            ["state"] = new JsonObject { ["code"] = "READY" },
        };
    }

    public static JsonObject Describe(Feature feature, Project project)
    {
        var body = new JsonObject
        {
            ["name"] = $"projects/{project.Id}/locations/global/features/{feature.Id}",
            ["createTime"] = Timestamps.Nanoseconds(feature.Created),
            ["updateTime"] = Timestamps.Nanoseconds(feature.Updated),
            ["resourceState"] = new JsonObject { ["state"] = "ACTIVE" },
            ["spec"] = feature.Spec.DeepClone(),
            ["state"] = new JsonObject { ["state"] = feature.State is { } state ? Describe(state) : new JsonObject() },
        };
        if (!feature.MemberSpecs.IsEmpty)
        {
            body["membershipSpecs"] = ByMember(project, feature.MemberSpecs, spec => new JsonObject
            {
                ["mesh"] = spec.Spec.DeepClone(),
                ["origin"] = new JsonObject { ["type"] = "USER" },
            });
        }

        if (!feature.MemberStates.IsEmpty)
        {
            body["membershipStates"] = ByMember(project, feature.MemberStates, member =>
            {
                var shown = new JsonObject { ["state"] = Describe(member.State) };
                if (member.Details is { } details)
                {
                    shown[feature.Id] = details.DeepClone();
                }

                return shown;
            });
        }

        return body;
    }

    /// <summary>A member's part of a feature, as version 2 of the API shows it.</summary>
    public static JsonObject Describe(Membership membership, Feature feature, MemberSpec spec)
    {
        var body = new JsonObject
        {
            ["name"] = $"{membership.Path}/features/{feature.Id}",
            ["createTime"] = Timestamps.Nanoseconds(spec.Created),
            ["updateTime"] = Timestamps.Nanoseconds(spec.Updated),
            ["origin"] = new JsonObject { ["type"] = "USER" },
            ["spec"] = new JsonObject { [feature.Id] = spec.Spec.DeepClone() },
        };
        if (feature.MemberStates.GetValueOrDefault(membership.Path) is { } member)
        {
            body["state"] = new JsonObject { ["state"] = Describe(member.State), [feature.Id] = member.Details?.DeepClone() };
        }

        return body;
    }

    public static JsonObject Describe(ApiCall call, Operation operation)
    {
        var body = new JsonObject
        {
            ["name"] = $"projects/{call.Project.Id}/locations/{operation.Location}/operations/{operation.Id}",
            ["metadata"] = new JsonObject
            {
                ["@type"] = $"{MessageType}.OperationMetadata",
                ["createTime"] = Timestamps.Nanoseconds(operation.StartTime),
                ["target"] = operation.Target,
                ["verb"] = operation.Type,
                ["apiVersion"] = "v1",
            },
        };
        if (operation.IsDone)
        {
            body["done"] = true;
            body["metadata"]!["endTime"] = Timestamps.Nanoseconds(operation.EndTime!.Value);
            if (operation.Error is { } error)
            {
                body["error"] = new JsonObject { ["code"] = error.Code, ["message"] = error.Message };
            }
            else
            {
                body["response"] = operation.Response?.DeepClone() ?? new JsonObject { ["@type"] = "type.googleapis.com/google.protobuf.Empty" };
            }
        }

        return body;
    }

    private static JsonObject Describe(FeatureState state) => new()
    {
        ["code"] = state.Code,
        ["description"] = state.Description,
        ["updateTime"] = Timestamps.Nanoseconds(state.Updated),
    };

    // Memberships are shown by the project's number, whatever they were given by.
    private static JsonObject ByMember<T>(Project project, IEnumerable<KeyValuePair<string, T>> members, Func<T, JsonObject> describe) => new(
        members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create<string, JsonNode?>(
            $"projects/{project.Number}{member.Key[$"projects/{project.Id}".Length..]}", describe(member.Value))));
}
