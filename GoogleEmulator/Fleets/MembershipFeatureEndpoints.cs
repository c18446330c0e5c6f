using System.Text.Json.Nodes;
using GoogleEmulator.Container;
using GoogleEmulator.Http;

namespace GoogleEmulator.Fleets;

/// <summary>GKE Hub v2: what a feature is asked for of one member.</summary>
internal sealed class MembershipFeatureEndpoints(ClusterTable clusters, TimeProvider time)
{
    public void Map(ApiRoutes routes)
    {
        const string Features = "v2/projects/{project}/locations/{location}/memberships/{membership}/features";
        routes.On("GET", Features, "gkehub.features.list", List);
        routes.On("GET", Features + "/{feature}", "gkehub.features.get", Describe);
        routes.On("PATCH", Features + "/{feature}", "gkehub.features.update", Patch);
        routes.On("DELETE", Features + "/{feature}", "gkehub.features.delete", Delete);
    }

    private static JsonObject List(ApiCall call)
    {
        var membership = Membership(call);
        var found = call.Project.Fleet.Features
            .Where(feature => feature.MemberSpecs.ContainsKey(membership.Path))
            .Select(feature => FleetBodies.Describe(membership, feature, feature.MemberSpecs[membership.Path]));
        return new JsonObject { ["membershipFeatures"] = new JsonArray([.. found]) };
    }

    private static JsonObject Describe(ApiCall call)
    {
        var membership = Membership(call);
        return call.Project.Fleet.FindFeature(call["feature"]) is { } feature && feature.MemberSpecs.TryGetValue(membership.Path, out var spec)
            ? FleetBodies.Describe(membership, feature, spec)
            : throw GoogleException.NotFound($"Resource '{membership.Path}/features/{call["feature"]}' was not found");
    }

    private JsonObject Patch(ApiCall call)
    {
        var membership = Membership(call);
        if (call["feature"] != Fleet.Mesh)
        {
            throw GoogleException.Unimplemented($"member specs of the feature '{call["feature"]}'; it has those of {Fleet.Mesh}");
        }

        var feature = call.Project.Fleet.FindFeature(Fleet.Mesh)
            ?? throw GoogleException.FailedPrecondition($"the feature {Fleet.Mesh} is not enabled in the fleet of project {call.Project.Id}");
        var wanted = call.Body["spec"]?[Fleet.Mesh] as JsonObject ?? throw GoogleException.Invalid("InvalidValueError for field spec.servicemesh: field is required");
        var operation = call.Project.Operations.Begin(
            call, GoogleApi.Fleet, membership.Location, "update", $"{membership.Path}/features/{feature.Id}", _ =>
            {
                var now = time.GetUtcNow();
                var old = feature.MemberSpecs.GetValueOrDefault(membership.Path);
                var spec = new MemberSpec((JsonObject)wanted.DeepClone(), old?.Created ?? now, now);
                feature.MemberSpecs[membership.Path] = spec;
                feature.Updated = now;
                clusters.Touch();
                var body = FleetBodies.Describe(membership, feature, spec);
                body["@type"] = "type.googleapis.com/google.cloud.gkehub.v2.MembershipFeature";
                return Task.FromResult<JsonObject?>(body);
            });
        return FleetBodies.Describe(call, operation);
    }

    private JsonObject Delete(ApiCall call)
    {
        var membership = Membership(call);
        var feature = call.Project.Fleet.GetFeature(call["feature"]);
        return FleetBodies.Describe(call, call.Project.Operations.Begin(
            call, GoogleApi.Fleet, membership.Location, "delete", $"{membership.Path}/features/{feature.Id}", _ =>
            {
                feature.MemberSpecs.TryRemove(membership.Path, out var _);
                clusters.Touch();
                return Task.FromResult<JsonObject?>(null);
            }));
    }

    private static Membership Membership(ApiCall call) => call.Project.Fleet.Get(call["location"], call["membership"]);
}
