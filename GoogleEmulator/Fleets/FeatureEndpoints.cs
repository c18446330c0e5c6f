using System.Text.Json.Nodes;
using GoogleEmulator.Container;
using GoogleEmulator.Http;
using GoogleEmulator.Ingress;
using GoogleEmulator.Services;

namespace GoogleEmulator.Fleets;

/// <summary>GKE Hub: fleets and their features.</summary>
internal sealed class FeatureEndpoints(ClusterTable clusters, IngressLeftovers leftovers, TimeProvider time)
{
    private static readonly Dictionary<string, GoogleApi> s_features = new()
    {
        [Fleet.Ingress] = new GoogleApi("", "multiclusteringress.googleapis.com", "Multi Cluster Ingress API"),
        [Fleet.Mesh] = new GoogleApi("", "meshconfig.googleapis.com", "Mesh Configuration API"),
        ["multiclusterservicediscovery"] = new GoogleApi("", "multiclusterservicediscovery.googleapis.com", "Multi-Cluster Service Discovery API"),
    };

    public void Map(ApiRoutes routes)
    {
        foreach (var version in MembershipEndpoints.Versions.Where(version => version != "v2"))
        {
            var parent = $"{version}/projects/{{project}}/locations/{{location}}";
            routes.On("GET", $"{parent}/features", "gkehub.features.list", List);
            routes.On("POST", $"{parent}/features", "gkehub.features.create", Create);
            routes.On("GET", $"{parent}/features/{{feature}}", "gkehub.features.get", call => FleetBodies.Describe(Get(call), call.Project));
            routes.On("PATCH", $"{parent}/features/{{feature}}", "gkehub.features.update", Patch);
            routes.On("DELETE", $"{parent}/features/{{feature}}", "gkehub.features.delete", DeleteAsync);
            routes.On("GET", $"{parent}/fleets", "gkehub.fleet.get", call => HasFleet(call) ? new JsonObject { ["fleets"] = new JsonArray(DescribeFleet(call)) } : []);
            routes.On("GET", $"{parent}/fleets/default", "gkehub.fleet.get", call => HasFleet(call)
                ? DescribeFleet(call)
                : throw GoogleException.NotFound($"Resource 'projects/{call.Project.Id}/locations/global/fleets/default' was not found"));
        }
    }

    private static JsonObject List(ApiCall call)
    {
        var features = call.Project.Fleet.Features.Select(feature => FleetBodies.Describe(feature, call.Project)).ToArray();
        return features.Length == 0 ? [] : new JsonObject { ["resources"] = new JsonArray([.. features]) };
    }

    private JsonObject Create(ApiCall call)
    {
        var id = call.Query("featureId") ?? "";
        if (!s_features.TryGetValue(id, out var api))
        {
            throw GoogleException.Unimplemented($"the fleet feature '{id}'; it has {string.Join(", ", s_features.Keys)}");
        }

        if (!call.Project.Services.IsEnabled(api.Service))
        {
            throw EnabledServices.Disabled(api, call.Project.Id);
        }

        if (call.Project.Fleet.FindFeature(id) is not null)
        {
            throw GoogleException.AlreadyExists($"Resource 'projects/{call.Project.Id}/locations/global/features/{id}' already exists");
        }

        var feature = new Feature(id, time.GetUtcNow()) { Spec = Spec(call, id, []) };
        return Begin(call, "create", id, () =>
        {
            call.Project.Fleet.Add(feature);
            clusters.Touch();
            return Task.FromResult(feature)!;
        });
    }

    private JsonObject Patch(ApiCall call)
    {
        var feature = Get(call);
        var spec = Spec(call, feature.Id, feature.Spec);
        var members = (call.Body["membershipSpecs"] as JsonObject ?? []).ToDictionary(
            entry => call.Project.Fleet.Find(entry.Key)?.Path ?? throw GoogleException.NotFound($"Resource '{entry.Key}' was not found"),
            entry => entry.Value?["mesh"] as JsonObject ?? []);
        return Begin(call, "update", feature.Id, () =>
        {
            feature.Spec = spec;
            feature.Updated = time.GetUtcNow();
            feature.State = null;
            foreach (var (path, member) in members)
            {
                var old = feature.MemberSpecs.GetValueOrDefault(path);
                feature.MemberSpecs[path] = new MemberSpec((JsonObject)member.DeepClone(), old?.Created ?? feature.Updated, feature.Updated);
            }

            clusters.Touch();
            return Task.FromResult(feature)!;
        });
    }

    private async Task<JsonObject> DeleteAsync(ApiCall call)
    {
        var feature = Get(call);
        if (!string.Equals(call.Query("force"), "true", StringComparison.OrdinalIgnoreCase)
            && await ResourcesAsync(call, feature) is { Length: > 0 } resources)
        {
            throw GoogleException.FailedPrecondition(
                $"Feature '{feature.Id}' has outstanding resources: {string.Join(", ", resources)}; delete them first, or use the force option");
        }

        return Begin(call, "delete", feature.Id, async () =>
        {
            if (feature.Id == Fleet.Ingress)
            {
                // Nobody is left to take these away.
                await leftovers.KeepAsync(call.Project, CancellationToken.None);
            }

            call.Project.Fleet.Remove(feature);
            clusters.Touch();
            return null;
        });
    }

    private async Task<string[]> ResourcesAsync(ApiCall call, Feature feature) => feature.Id switch
    {
        Fleet.Ingress => await leftovers.NamesAsync(call.Project, call.Cancellation),
        Fleet.Mesh => [.. feature.MemberSpecs.Where(spec => spec.Value.Management == "MANAGEMENT_AUTOMATIC").Select(spec => spec.Key)],
        _ => [],
    };

    private static JsonObject Begin(ApiCall call, string verb, string id, Func<Task<Feature?>> work) => FleetBodies.Describe(
        call,
        call.Project.Operations.Begin(call, GoogleApi.Fleet, "global", verb, $"projects/{call.Project.Id}/locations/global/features/{id}", async _ =>
        {
            if (await work() is not { } feature)
            {
                return null;
            }

            var body = FleetBodies.Describe(feature, call.Project);
            body["@type"] = $"{FleetBodies.MessageType}.Feature";
            return body;
        }));

    private static JsonObject Spec(ApiCall call, string id, JsonObject old)
    {
        if (call.Body["spec"] is not JsonObject spec)
        {
            return old;
        }

        if (id == Fleet.Ingress && spec[id]?["configMembership"]?.ToString() is not { Length: > 0 })
        {
            throw GoogleException.Invalid("InvalidValueError for field spec.multiclusteringress.config_membership: field is required");
        }

        return (JsonObject)spec.DeepClone();
    }

    private static Feature Get(ApiCall call) => call.Project.Fleet.GetFeature(call["feature"]);

    private static bool HasFleet(ApiCall call) => call.Project.Fleet.Memberships.Any() || call.Project.Fleet.Features.Any();

    private static JsonObject DescribeFleet(ApiCall call) => new()
    {
        ["name"] = $"projects/{call.Project.Id}/locations/global/fleets/default",
        ["createTime"] = Timestamps.Nanoseconds(call.Project.Fleet.Created),
        ["updateTime"] = Timestamps.Nanoseconds(call.Project.Fleet.Created),
        ["uid"] = $"{call.Project.Number}",
        ["state"] = new JsonObject { ["code"] = "READY" },
    };
}
