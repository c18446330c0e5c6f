using Provisioner.Kubernetes;
using Provisioner.Plan;

namespace Provisioner.Clusters;

/// <summary>One cluster of the lab with the connection to it, which is made anew when the cluster comes back with another kubeconfig.</summary>
internal sealed class LabCluster(ClusterPlan plan) : IDisposable
{
    private readonly Lock gate = new();
    private (KubeApi Api, DateTime Written)? connection;

    public ClusterPlan Plan { get; } = plan;

    public string Name => Plan.Name;

    /// <summary>Where the cluster's gateway was found to answer, or is planned to.</summary>
    public string? GatewayUrl
    {
        get => Plan.GatewayUrl.Length > 0 ? Plan.GatewayUrl : field;
        set;
    }

    /// <summary>Whether the cluster has said how it is reached.</summary>
    public bool IsKnown => File.Exists(Plan.Kubeconfig);

    /// <summary>The cluster's API.</summary>
    /// <exception cref="LabException">The cluster has not written its kubeconfig.</exception>
    public KubeApi Api
    {
        get
        {
            var written = File.GetLastWriteTimeUtc(Plan.Kubeconfig);
            lock (gate)
            {
                if (connection is not { } current || current.Written != written)
                {
                    if (!IsKnown)
                    {
                        throw new LabException(
                            $"cluster {Name} has not started: there is no {Plan.Kubeconfig}", $"Start it in the dashboard, or look at the log of '{Name}'");
                    }

                    // The old connection may still carry watches; they end by themselves with the server that is gone.
                    connection = current = (new KubeApi(Name, KubeConfig.Load(Plan.Kubeconfig)), written);
                }

                return current.Api;
            }
        }
    }

    public void Dispose() => connection?.Api.Dispose();
}
