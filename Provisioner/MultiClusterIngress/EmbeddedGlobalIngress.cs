using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.MultiClusterIngress;

/// <summary>The lab's own GlobalIngress process acts once the config cluster serves its kinds.</summary>
internal sealed class EmbeddedGlobalIngress(Lab lab) : IGlobalIngressDriver
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "MultiClusterIngress", "Embedded");

    public IReadOnlyList<Step> Enable() =>
    [
        new Step
        {
            Name = $"make {lab.ConfigCluster.Name} the config cluster of the global ingress",
            IsDone = cancellation => lab.ConfigCluster.Api.HasAsync(null, Definitions(), cancellation),
            Act = (_, cancellation) => AddAsync(cancellation),
            Hint = $"See: kubectl --context {lab.ConfigCluster.Name} get crd",
            ByHand = [$"kubectl --context {lab.ConfigCluster.Name} apply -f Provisioner/MultiClusterIngress/Embedded"],
        },
    ];

    // The kinds stay: taking them away would take a reader's own objects with them.
    public IReadOnlyList<Step> Disable() => [];

    // Kinds that others have put there stay theirs: GKE's clusters know some of them already.
    private async Task AddAsync(CancellationToken cancellation)
    {
        var api = lab.ConfigCluster.Api;
        foreach (var definition in Definitions())
        {
            if (!await api.HasAsync(null, [definition], cancellation))
            {
                await api.ApplyAsync(null, [definition], cancellation);
            }
        }
    }

    /// <summary>The kinds that the config cluster has to serve.</summary>
    public static JsonObject[] Definitions() => [.. Directory.EnumerateFiles(Folder, "*.yaml").Order(StringComparer.Ordinal).SelectMany(YamlDocuments.Read)];
}
