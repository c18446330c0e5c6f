using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GoogleEmulator.Container;
using GoogleEmulator.Http;

namespace GoogleEmulator.Fleets;

/// <summary>GKE Hub: memberships and operations, the same in all versions.</summary>
internal sealed partial class MembershipEndpoints(ClusterTable clusters, Registration registration, TimeProvider time)
{
    public static readonly string[] Versions = ["v1", "v1beta", "v1alpha", "v2"];

    public void Map(ApiRoutes routes)
    {
        foreach (var version in Versions)
        {
            var parent = $"{version}/projects/{{project}}/locations/{{location}}";
            routes.On("GET", $"{parent}/operations/{{operation}}", "gkehub.operations.get", call =>
                FleetBodies.Describe(call, call.Project.Operations.Find(GoogleApi.Fleet, call["operation"])));
            routes.On("GET", $"{parent}/operations", "gkehub.operations.list", call => new JsonObject
            {
                ["operations"] = new JsonArray(
                    [.. call.Project.Operations.All(GoogleApi.Fleet, call["location"]).Select(operation => FleetBodies.Describe(call, operation))]),
            });
            if (version == "v2")
            {
                continue;
            }

            routes.On("GET", $"{parent}/memberships", "gkehub.memberships.list", List);
            routes.On("POST", $"{parent}/memberships", "gkehub.memberships.create", Create);
            routes.On("GET", $"{parent}/memberships/{{membership}}", "gkehub.memberships.get", call => Describe(Get(call)));
            routes.On("PATCH", $"{parent}/memberships/{{membership}}", "gkehub.memberships.update", Patch);
            routes.On("DELETE", $"{parent}/memberships/{{membership}}", "gkehub.memberships.delete", Delete);
        }
    }

    private JsonObject List(ApiCall call)
    {
        var found = call.Project.Fleet.Memberships.Where(membership => call["location"] == "-" || membership.Location == call["location"]).Select(Describe).ToArray();
        return found.Length == 0 ? [] : new JsonObject { ["resources"] = new JsonArray([.. found]) };
    }

    private JsonObject Create(ApiCall call)
    {
        var name = call.Query("membershipId") ?? "";
        if (!Name().IsMatch(name))
        {
            throw GoogleException.Invalid($"InvalidValueError for field membership_id: '{name}' must be at most 63 lower-case letters, digits and hyphens");
        }

        var location = call["location"];
        if (location != "global" && (Locations.IsZone(location) || !Locations.IsKnown(location)))
        {
            throw GoogleException.Invalid($"Location '{location}' is not a valid location for a membership: expected global or a region");
        }

        var link = call.Body["endpoint"]?["gkeCluster"]?["resourceLink"]?.ToString();
        var cluster = ClusterLink.Parse(link)
            ?? throw GoogleException.Unimplemented($"memberships of anything but clusters of Kubernetes Engine: endpoint.gkeCluster.resourceLink is '{link}'");
        if (call.Project.Fleet.Find(location, name) is not null)
        {
            throw GoogleException.AlreadyExists($"Resource 'projects/{call.Project.Id}/locations/{location}/memberships/{name}' already exists");
        }

        registration.CheckCluster(cluster);
        var now = time.GetUtcNow();
        var membership = new Membership
        {
            Project = call.Project.Id,
            Location = location,
            Name = name,
            Cluster = cluster,
            ResourceLink = link!,
            Issuer = call.Body["authority"]?["issuer"]?.ToString(),
            UniqueId = Guid.NewGuid().ToString(),
            Created = now,
            Updated = now,
            Labels = (JsonObject)(call.Body["labels"]?.DeepClone() ?? new JsonObject()),
        };
        return Begin(call, "create", membership, () =>
        {
            registration.Add(membership);
            return Typed(Describe(membership));
        });
    }

    private JsonObject Patch(ApiCall call)
    {
        var membership = Get(call);
        var fields = (call.Query("updateMask") ?? "").Split(',');
        if (fields.FirstOrDefault(field => field.Split('.')[0] is not ("labels" or "authority")) is { } other)
        {
            throw GoogleException.Unimplemented($"changing '{other}' of a membership; labels and authority can be changed");
        }

        var changed = membership with
        {
            Labels = fields.Contains("labels") ? (JsonObject)(call.Body["labels"]?.DeepClone() ?? new JsonObject()) : membership.Labels,
            Issuer = fields.Contains("labels") && fields.Length == 1 ? membership.Issuer : call.Body["authority"]?["issuer"]?.ToString(),
            Updated = time.GetUtcNow(),
        };
        return Begin(call, "update", changed, () =>
        {
            call.Project.Fleet.Replace(changed);
            return Typed(Describe(changed));
        });
    }

    private JsonObject Delete(ApiCall call)
    {
        var membership = Get(call);
        return Begin(call, "delete", membership, () =>
        {
            registration.Remove(membership);
            return null;
        });
    }

    private static JsonObject Begin(ApiCall call, string verb, Membership membership, Func<JsonObject?> work) => FleetBodies.Describe(
        call, call.Project.Operations.Begin(call, GoogleApi.Fleet, membership.Location, verb, membership.Path, _ => Task.FromResult(work())));

    private static Membership Get(ApiCall call) => call.Project.Fleet.Get(call["location"], call["membership"]);

    private JsonObject Describe(Membership membership) =>
        FleetBodies.Describe(membership, clusters.Find(membership.Cluster.Project, membership.Cluster.Location, membership.Cluster.Name));

    private static JsonObject Typed(JsonObject body)
    {
        body["@type"] = $"{FleetBodies.MessageType}.Membership";
        return body;
    }

    [GeneratedRegex("^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$")]
    private static partial Regex Name();
}
