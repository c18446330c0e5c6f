using System.Text.Json.Nodes;
using GoogleEmulator.Container;
using GoogleEmulator.Fleets;

namespace GoogleEmulator.Mesh;

/// <summary>Provisions the managed mesh in members that ask for it, and takes it away from those that no longer do.</summary>
internal sealed class MeshReconciler(
    EmulatorOptions options, ClusterTable clusters, ManagedMesh mesh, EndpointDiscovery discovery, TimeProvider time, ILogger<MeshReconciler> logger)
{
    private const string Automatic = "MANAGEMENT_AUTOMATIC";

    // Clusters in which this reconciler has put a control plane, by their id.
    private readonly HashSet<string> provisioned = [];

    public async Task ReconcileAsync(Fleet fleet, CancellationToken cancellation)
    {
        var feature = fleet.FindFeature(Fleet.Mesh);
        var active = new List<Cluster>();
        foreach (var (membership, cluster) in fleet.Running(clusters))
        {
            var management = feature?.MemberSpecs.GetValueOrDefault(membership.Path)?.Management;
            if (management == Automatic && await ProvisionAsync(feature!, membership, cluster, cancellation))
            {
                active.Add(cluster);
            }
            else if (management != Automatic)
            {
                await LeaveAsync(feature, membership, cluster, management, cancellation);
            }
        }

        if (active.Count > 0)
        {
            await discovery.ReconcileAsync(active, cancellation);
        }
    }

    /// <summary>One step towards a mesh that is ready; true when it is.</summary>
    private async Task<bool> ProvisionAsync(Feature feature, Membership membership, Cluster cluster, CancellationToken cancellation)
    {
        var state = feature.MemberStates.GetValueOrDefault(membership.Path);
        if (cluster.WorkloadPool is null)
        {
            Say(feature, membership, "FAILED_PRECONDITION", "WORKLOAD_IDENTITY_REQUIRED", "Workload Identity is not enabled on the cluster.");
            return false;
        }

        if (state?.Details is null || provisioned.Add(cluster.Plan.Id))
        {
            provisioned.Add(cluster.Plan.Id);
            Say(feature, membership, "PROVISIONING", "REVISION_PROVISIONING", $"Provisioning: {ManagedMesh.Revision}");
            await mesh.InstallAsync(cluster, cancellation);
            return false;
        }

        if (state.Details["controlPlaneManagement"]?["state"]?.ToString() == "ACTIVE")
        {
            return true;
        }

        if (time.GetUtcNow() - state.State.Updated < options.OperationDelay || !await mesh.IsReadyAsync(cluster, cancellation))
        {
            return false;
        }

        Say(feature, membership, "ACTIVE", "REVISION_READY", $"Ready: {ManagedMesh.Revision}");
        return true;
    }

    private async Task LeaveAsync(Feature? feature, Membership membership, Cluster cluster, string? management, CancellationToken cancellation)
    {
        if (management is not null && feature is not null)
        {
            // What runs goes on running, by the reader's own hand.
            Say(feature, membership, "DISABLED", "DISABLED", "Management is manual.");
            await discovery.ForgetAsync(cluster, cancellation);
        }
        else if (provisioned.Contains(cluster.Plan.Id))
        {
            await discovery.ForgetAsync(cluster, cancellation);
            await mesh.UninstallAsync(cluster, cancellation);
            provisioned.Remove(cluster.Plan.Id);
            logger.LogInformation("{Cluster} has no managed mesh any more", cluster.Plan.Name);
        }
    }

    private void Say(Feature feature, Membership membership, string lifecycle, string code, string details)
    {
        if (feature.MemberStates.GetValueOrDefault(membership.Path)?.Details?["controlPlaneManagement"]?["state"]?.ToString() == lifecycle)
        {
            return;
        }

        var now = time.GetUtcNow();
        var (stateCode, description) = lifecycle switch
        {
            "ACTIVE" => ("OK", $"Revision(s) ready for use: {ManagedMesh.Revision}."),
            "FAILED_PRECONDITION" => ("ERROR", details),
            _ => ("OK", details),
        };
        var controlPlane = new JsonObject { ["details"] = Details(code, details), ["state"] = lifecycle };
        if (lifecycle is "ACTIVE" or "PROVISIONING")
        {
            controlPlane["implementation"] = options.MeshImplementation;
        }

        var shown = new JsonObject { ["controlPlaneManagement"] = controlPlane };
        if (lifecycle == "ACTIVE")
        {
            shown["dataPlaneManagement"] = new JsonObject { ["details"] = Details("OK", "Service is running."), ["state"] = "ACTIVE" };
        }

        feature.MemberStates[membership.Path] = new MemberState(new FeatureState(stateCode, description, now), shown);
        feature.Updated = now;
        logger.LogInformation("{Feature} of {Membership}: {State} {Details}", feature.Id, membership.Path, lifecycle, details);
    }

    private static JsonArray Details(string code, string details) => new(new JsonObject { ["code"] = code, ["details"] = details });
}
