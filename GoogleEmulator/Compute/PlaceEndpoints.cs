using System.Text.Json.Nodes;
using GoogleEmulator.Container;
using GoogleEmulator.Http;

namespace GoogleEmulator.Compute;

/// <summary>Compute Engine v1: the project, regions with their quotas, zones, machine types.</summary>
internal sealed class PlaceEndpoints(EmulatorOptions options, ClusterTable clusters)
{
    public void Map(ApiRoutes routes)
    {
        const string Project = "v1/projects/{project}";
        routes.On("GET", Project, "compute.projects.get", call => new JsonObject
        {
            ["kind"] = "compute#project",
            ["id"] = $"{call.Project.Number}",
            ["name"] = call.Project.Id,
            ["creationTimestamp"] = Timestamps.Milliseconds(call.Project.Created),
            ["defaultServiceAccount"] = $"{call.Project.Number}-compute@developer.gserviceaccount.com",
            ["defaultNetworkTier"] = "PREMIUM",
            ["quotas"] = new JsonArray(Quota("NETWORKS", 15, 1), Quota("FIREWALLS", 500, call.Project.Compute.Firewalls.Count()), Quota("FORWARDING_RULES", 150, 0)),
            ["selfLink"] = $"{ComputeBodies.Root(call)}projects/{call.Project.Id}",
        });
        routes.On("GET", $"{Project}/regions", "compute.regions.list", call => List(call, "region", Locations.Regions.Select(region => Region(call, region))));
        routes.On("GET", $"{Project}/regions/{{place}}", "compute.regions.get", call => Region(call, Known(call, "regions", !Locations.IsZone(call["place"]))));
        routes.On("GET", $"{Project}/zones", "compute.zones.list", call => List(call, "zone", Locations.Regions.SelectMany(Locations.ZonesOf).Select(zone => Zone(call, zone))));
        routes.On("GET", $"{Project}/zones/{{place}}", "compute.zones.get", call => Zone(call, Known(call, "zones", Locations.IsZone(call["place"]))));
        routes.On("GET", $"{Project}/zones/{{place}}/machineTypes", "compute.machineTypes.list", call =>
            List(call, "machineType", MachineTypes.Listed.Select(type => MachineType(call, Known(call, "zones", true), type))));
        routes.On("GET", $"{Project}/zones/{{place}}/machineTypes/{{type}}", "compute.machineTypes.get", call => MachineTypes.Cpus(call["type"]) is null
            ? throw GoogleException.NotFound($"The resource 'projects/{call.Project.Id}/zones/{call["place"]}/machineTypes/{call["type"]}' was not found")
            : MachineType(call, Known(call, "zones", true), call["type"]));
        routes.On("GET", $"{Project}/aggregated/machineTypes", "compute.machineTypes.list", call => new JsonObject
        {
            ["kind"] = "compute#machineTypeAggregatedList",
            ["items"] = new JsonObject(Locations.Regions.SelectMany(Locations.ZonesOf).Select(zone => KeyValuePair.Create<string, JsonNode?>(
                $"zones/{zone}", new JsonObject { ["machineTypes"] = new JsonArray([.. MachineTypes.Listed.Select(type => MachineType(call, zone, type))]) }))),
        });
    }

    private JsonObject Region(ApiCall call, string region) => new()
    {
        ["kind"] = "compute#region",
        ["id"] = ComputeBodies.Number(region),
        ["name"] = region,
        ["description"] = region,
        ["status"] = "UP",
        ["zones"] = ClusterBodies.Strings(Locations.ZonesOf(region).Select(zone => $"{ComputeBodies.Root(call)}projects/{call.Project.Id}/zones/{zone}")),
        ["quotas"] = new JsonArray(
            Quota("CPUS", options.CpuQuota, ClusterPlanner.CpusInUse(call.Project.Id, region, clusters.All)),
            Quota("DISKS_TOTAL_GB", 40960, 0),
            Quota("SSD_TOTAL_GB", 5000, 100 * Nodes(call, region)),
            Quota("IN_USE_ADDRESSES", 69, Nodes(call, region)),
            Quota("INSTANCES", 720, Nodes(call, region))),
        ["selfLink"] = $"{ComputeBodies.Root(call)}projects/{call.Project.Id}/regions/{region}",
    };

    private int Nodes(ApiCall call, string region) =>
        clusters.All.Where(cluster => cluster.Plan.Project == call.Project.Id && cluster.Plan.Region == region).Sum(cluster => cluster.Plan.Nodes);

    private static JsonObject Zone(ApiCall call, string zone) => new()
    {
        ["kind"] = "compute#zone",
        ["id"] = ComputeBodies.Number(zone),
        ["name"] = zone,
        ["description"] = zone,
        ["status"] = "UP",
        ["region"] = $"{ComputeBodies.Root(call)}projects/{call.Project.Id}/regions/{Locations.RegionOf(zone)}",
        ["selfLink"] = $"{ComputeBodies.Root(call)}projects/{call.Project.Id}/zones/{zone}",
    };

    private static JsonObject MachineType(ApiCall call, string zone, string type) => new()
    {
        ["kind"] = "compute#machineType",
        ["id"] = ComputeBodies.Number(type),
        ["name"] = type,
        ["description"] = $"{MachineTypes.Cpus(type)} vCPUs {MachineTypes.MemoryMegabytes(type) / 1024} GB RAM",
        ["guestCpus"] = MachineTypes.Cpus(type),
        ["memoryMb"] = MachineTypes.MemoryMegabytes(type),
        ["zone"] = zone,
        ["selfLink"] = $"{ComputeBodies.Root(call)}projects/{call.Project.Id}/zones/{zone}/machineTypes/{type}",
    };

    private static string Known(ApiCall call, string places, bool isRightKind) => isRightKind && Locations.IsKnown(call["place"])
        ? call["place"]
        : throw GoogleException.NotFound($"The resource 'projects/{call.Project.Id}/{places}/{call["place"]}' was not found");

    private static JsonObject List(ApiCall call, string kind, IEnumerable<JsonObject> items)
    {
        var filter = ListFilter.Parse(call.Query("filter"));
        return new JsonObject { ["kind"] = $"compute#{kind}List", ["items"] = new JsonArray([.. items.Where(filter.Holds)]) };
    }

    private static JsonObject Quota(string metric, double limit, double usage) => new() { ["metric"] = metric, ["limit"] = limit, ["usage"] = usage };
}
