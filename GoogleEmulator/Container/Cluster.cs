using System.Text.Json.Nodes;
using GoogleEmulator.Clusters;
using GoogleEmulator.Http;

namespace GoogleEmulator.Container;

/// <summary>A cluster of Kubernetes Engine, and the process behind it.</summary>
internal sealed class Cluster(ClusterPlan plan, DateTimeOffset created)
{
    private readonly Lock gate = new();
    private volatile string status = ClusterStatus.Provisioning;
    private volatile string? fault;
    private JsonObject labels = plan.Labels;
    private volatile string? workloadPool = plan.Request["workloadIdentityConfig"]?["workloadPool"]?.ToString()
        ?? (plan.Request["autopilot"]?["enabled"] is null ? null : $"{plan.Project}.svc.id.goog");

    public ClusterPlan Plan => plan;

    public DateTimeOffset Created => created;

    public string Status => status;

    /// <summary>Why it is in <see cref="ClusterStatus.Error"/>.</summary>
    public string? Fault => fault;

    /// <summary>The process, from its start on.</summary>
    public EmbeddedCluster? Process { get; set; }

    /// <summary>The base64 of the API server's CA, once it is known.</summary>
    public string? CertificateAuthority { get; set; }

    /// <summary>The API server's host and port, once they are known.</summary>
    public string? Endpoint { get; set; }

    /// <summary>The path of its membership of a fleet; null while it is in none.</summary>
    public string? Membership { get; set; }

    public bool IsRunning => status is ClusterStatus.Running or ClusterStatus.Reconciling && Process is { IsReady: true };

    /// <summary>As in the paths of the API: <c>projects/P/locations/L/clusters/N</c>.</summary>
    public string Path => $"projects/{plan.Project}/locations/{plan.Location}/clusters/{plan.Name}";

    /// <summary>Such as <c>P.svc.id.goog</c>; null while the cluster has no Workload Identity.</summary>
    public string? WorkloadPool
    {
        get => workloadPool;
        set => workloadPool = value;
    }

    public JsonObject Labels
    {
        get
        {
            lock (gate)
            {
                return (JsonObject)labels.DeepClone();
            }
        }
        set
        {
            lock (gate)
            {
                labels = (JsonObject)value.DeepClone();
            }
        }
    }

    public void Set(string newStatus, string? why = null)
    {
        fault = why;
        status = newStatus;
    }

    /// <summary>Throws when something else is being done to the cluster.</summary>
    public void CheckCanChange(string? running)
    {
        if (running is not null)
        {
            throw GoogleException.FailedPrecondition($"Cluster is running incompatible operation {running}.");
        }

        if (status is ClusterStatus.Error or ClusterStatus.Stopping)
        {
            throw GoogleException.FailedPrecondition($"Cluster {plan.Name} is in state {status}{(fault is null ? "" : $": {fault}")}");
        }
    }
}
