using System.Globalization;
using System.Text;
using Emulator.Mesh.Discovery;
using Emulator.Mesh.Remote;

namespace Emulator.Mesh.Diagnostics;

/// <summary>istiod's metrics in the Prometheus text format, by Istio's names.</summary>
internal static class PilotMetrics
{
    private static readonly string[] Statuses =
        [RemoteSyncStatus.Syncing, RemoteSyncStatus.Synced, RemoteSyncStatus.Timeout, RemoteSyncStatus.Unauthorized, RemoteSyncStatus.BadKubeconfig];

    public static string Write(Pilot pilot)
    {
        var text = new StringBuilder();
        var remotes = pilot.Remotes.ToList();
        Header(text, "istiod_managed_clusters", "Number of clusters managed by istiod", "gauge");
        Line(text, "istiod_managed_clusters", "cluster_type=\"local\"", 1);
        Line(text, "istiod_managed_clusters", "cluster_type=\"remote\"", remotes.Count);
        Header(text, "istiod_remote_cluster_sync_status", "Current synchronization state of remote clusters managed by istiod", "gauge");
        foreach (var remote in remotes)
        {
            foreach (var status in Statuses)
            {
                Line(text, "istiod_remote_cluster_sync_status", $"cluster_id=\"{remote.Key.Cluster}\",status=\"{status}\"", remote.Status == status ? 1 : 0);
            }
        }

        Header(text, "remote_cluster_sync_timeouts_total", "Number of times remote clusters took too long to sync", "counter");
        Line(text, "remote_cluster_sync_timeouts_total", "", remotes.Count(remote => remote.Status == RemoteSyncStatus.Timeout));
        Header(text, "pilot_services", "Total services known to pilot", "gauge");
        Line(text, "pilot_services", "", pilot.Snapshot?.Services.Count ?? 0);
        Header(text, "pilot_virt_services", "Total virtual services known to pilot", "gauge");
        Line(text, "pilot_virt_services", "", pilot.Snapshot?.VirtualServices.Length ?? 0);
        Header(text, "pilot_xds", "Number of proxies that read this pilot's snapshot", "gauge");
        Line(text, "pilot_xds", $"version=\"{pilot.Options.Version}\"", pilot.Proxies().Count());
        Header(text, "pilot_xds_pushes", "Snapshots published", "counter");
        Line(text, "pilot_xds_pushes", "type=\"snapshot\"", pilot.Published);
        Header(text, "pilot_total_rejected_configs", "Configuration that refers to what does not exist", "gauge");
        Line(text, "pilot_total_rejected_configs", "", pilot.Findings.Count);
        return text.ToString();
    }

    private static void Header(StringBuilder text, string name, string help, string type) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels.Length > 0 ? $"{{{labels}}}" : "").Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
