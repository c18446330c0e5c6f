using Provisioner.Checks;
using Provisioner.Clusters;
using Provisioner.Kubernetes;

namespace Provisioner.Stages;

/// <summary>Stage 9: one global address in front of the gateways of all clusters.</summary>
internal static class GlobalIngressStage
{
    private const string DerivedPrefix = "mci-mcs-svc-";

    public static StageDefinition Create(Lab lab, IGlobalIngressDriver driver, Traffic traffic)
    {
        var config = lab.ConfigCluster;
        var ns = lab.Plan.GatewayNamespace;
        var steps = new KubeSteps(lab, config);
        return new StageDefinition
        {
            Number = LabStages.GlobalIngress,
            Name = "global ingress",
            DependsOn = [LabStages.FirstGateway, 8],
            Lanes =
            [
                [
                    .. driver.Enable(),
                    steps.Apply(Manifests.BackendConfig, ns),
                    steps.Apply(Manifests.MultiClusterService, ns),
                    steps.Apply(Manifests.MultiClusterIngress, ns),
                    WaitForAddress(lab),
                ],
            ],
            Checks = [VipAnswers(lab, traffic), .. lab.Clusters.Select(cluster => ServiceDerived(cluster, ns))],
            Publish = (state, reached) => state with { VipUrl = reached ? lab.VipUrl : null },
            Undo =
            [
                [
                    steps.Delete(Manifests.MultiClusterIngress, ns),
                    steps.Delete(Manifests.MultiClusterService, ns),
                    steps.Delete(Manifests.BackendConfig, ns),
                    .. driver.Disable(),
                ],
            ],
        };
    }

    private static Step WaitForAddress(Lab lab) => new()
    {
        Name = "wait for the address of the global ingress",
        Settle = (progress, cancellation) => lab.ConfigCluster.Api.UntilAsync(
            KubeResource.MultiClusterIngresses,
            lab.Plan.GatewayNamespace,
            "",
            items =>
            {
                var address = items.Values.Select(item => item["status"]?["VIP"]?.ToString()).FirstOrDefault(vip => !string.IsNullOrEmpty(vip));
                progress.Report(items.Count == 0 ? "there is no MultiClusterIngress" : "status.VIP is empty");
                return address;
            },
            cancellation),
        Hint = $"See its events: kubectl --context {lab.ConfigCluster.Name} --namespace {lab.Plan.GatewayNamespace} describe mci; "
            + "and the log of 'global-ingress'",
        ByHand = [$"kubectl --context {lab.ConfigCluster.Name} --namespace {lab.Plan.GatewayNamespace} describe mci | grep VIP"],
    };

    private static StageCheck VipAnswers(Lab lab, Traffic traffic) => new()
    {
        Name = "the global address answers from every cluster",
        Needs = [LabStages.Join],
        Observe = async cancellation => (await traffic.VipAsync(cancellation)).FromEach(lab.Clusters.Select(cluster => cluster.Name)),
        Hint = $"See: kubectl --context {lab.ConfigCluster.Name} --namespace {lab.Plan.GatewayNamespace} describe mci,mcs; and the log of 'global-ingress'",
        ByHand = [$"curl {Addresses.VipByHand(lab)}"],
    };

    private static StageCheck ServiceDerived(LabCluster cluster, string ns) => new()
    {
        Name = $"a headless Service was derived in {cluster.Name}",
        Observe = async cancellation =>
        {
            var services = await cluster.Api.ListAsync(KubeResource.Services, ns, "", cancellation);
            var derived = services["items"].Objects().FirstOrDefault(service =>
                service.Name().StartsWith(DerivedPrefix, StringComparison.Ordinal) && service["spec"]?["clusterIP"]?.ToString() == "None");
            return derived is null ? CheckResult.Fail($"there is no {DerivedPrefix}… in namespace {ns}") : CheckResult.Pass(derived.Name());
        },
        Hint = $"See: kubectl --context {cluster.Name} --namespace {ns} get services; and the log of 'global-ingress'",
        ByHand = [$"kubectl --context {cluster.Name} --namespace {ns} get services"],
    };
}
