using Provisioner.Clusters.Gke;
using Provisioner.Kubernetes;
using Provisioner.Stages;
using Provisioner.Tools.Gcloud;

namespace Provisioner.MultiClusterIngress;

/// <summary>Google's MultiClusterIngress: a feature of the fleet with one cluster as its config cluster.</summary>
internal sealed class FleetIngress(CloudLab cloud, CloudRecordFile record) : IGlobalIngressDriver
{
    private string Membership => cloud.MembershipOf(cloud.Lab.ConfigCluster);

    public IReadOnlyList<Step> Enable() =>
    [
        new Step
        {
            Name = $"make {cloud.Lab.ConfigCluster.Name} the config cluster of MultiClusterIngress",
            IsDone = async cancellation => (await ObserveAsync(cancellation)).Done,
            Act = (_, cancellation) => EnableAsync(cancellation),
            Settle = (progress, cancellation) => Polling.UntilAsync(ObserveAsync, progress, cancellation),
            Deadline = TimeSpan.FromMinutes(10),
            Hint = $"See: {GcloudLine.ByHand(GcloudArguments.Ingress(cloud.Fleet))}",
            ByHand = [GcloudLine.ByHand(GcloudArguments.EnableIngress(cloud.Fleet, Membership)), GcloudLine.ByHand(GcloudArguments.Ingress(cloud.Fleet))],
        },
        new Step
        {
            Name = $"wait for the kinds of MultiClusterIngress in {cloud.Lab.ConfigCluster.Name}",
            Settle = (progress, cancellation) => Polling.UntilAsync(KindsAsync, progress, cancellation),
            Deadline = TimeSpan.FromMinutes(5),
            Hint = $"See: kubectl --context {cloud.Lab.ConfigCluster.Name} get crd; {GcloudLine.ByHand(GcloudArguments.Ingress(cloud.Fleet))}",
        },
    ];

    public IReadOnlyList<Step> Disable() =>
    [
        new Step
        {
            Name = "disable MultiClusterIngress in the fleet",
            IsDone = async cancellation => await cloud.Gcloud.IngressAsync(cloud.Fleet, cancellation) is not { } feature || !IsOurs(feature.ConfigMembership),
            Act = (_, cancellation) => cloud.Gcloud.RemoveAsync(GcloudArguments.DisableIngress(cloud.Fleet), cancellation),
            Deadline = TimeSpan.FromMinutes(10),
            Hint = $"See: {GcloudLine.ByHand(GcloudArguments.Ingress(cloud.Fleet))}",
            ByHand = [GcloudLine.ByHand(GcloudArguments.DisableIngress(cloud.Fleet))],
        },
    ];

    private async Task EnableAsync(CancellationToken cancellation)
    {
        var feature = await cloud.Gcloud.IngressAsync(cloud.Fleet, cancellation);
        if (feature is null)
        {
            try
            {
                if (await cloud.Gcloud.MakeAsync(GcloudArguments.EnableIngress(cloud.Fleet, Membership), cancellation))
                {
                    record.Update(known => known with { EnabledIngress = true });
                }
            }
            catch (GcloudException e) when (e.Message.Contains("Controller did not start", StringComparison.Ordinal))
            {
                // gcloud waits two minutes; the feature is there and says why, or is only slow.
                record.Update(known => known with { EnabledIngress = true });
            }
        }
        else if (feature.ConfigMembership is not null && !await IsGoneAsync(feature.ConfigMembership, cancellation) && !IsOurs(feature.ConfigMembership))
        {
            throw new LabException(
                $"the fleet of {cloud.Fleet} has MultiClusterIngress with the config cluster {feature.ConfigMembership}; it is not the lab's",
                "A fleet has one config cluster: use another project for the lab (--project P), or take that one away: "
                + GcloudLine.ByHand(GcloudArguments.DisableIngress(cloud.Fleet)));
        }
        else if (!IsOurs(feature.ConfigMembership))
        {
            await cloud.Gcloud.MakeAsync(GcloudArguments.UpdateIngress(cloud.Fleet, Membership), cancellation);
        }
    }

    private async Task<(bool Done, string Message)> ObserveAsync(CancellationToken cancellation)
    {
        var feature = await cloud.Gcloud.IngressAsync(cloud.Fleet, cancellation);
        var state = feature?.State?.State;
        var message = feature is null ? "it is not enabled" : $"{state?.Code ?? "no state yet"}: {state?.Description}".TrimEnd(' ', ':');
        return state?.Code == "ERROR" && IsOurs(feature!.ConfigMembership)
            ? throw new LabException($"MultiClusterIngress: {state.Description}", IngressErrors.Cure(state.Description, cloud.Fleet, Membership))
            : (state?.Code == "OK" && IsOurs(feature!.ConfigMembership), message);
    }

    private async Task<(bool Done, string Message)> KindsAsync(CancellationToken cancellation)
    {
        using var response = await cloud.Lab.ConfigCluster.Api.RawAsync(KubeResource.MultiClusterIngresses.Path(cloud.Plan.GatewayNamespace), cancellation);
        return (response.IsSuccessStatusCode, "the kind MultiClusterIngress is not there yet");
    }

    private bool IsOurs(string? membership) => membership is not null && CloudLab.SameMembership(membership, Membership);

    private async Task<bool> IsGoneAsync(string membership, CancellationToken cancellation) =>
        !(await cloud.Gcloud.MembershipsAsync(cloud.Fleet, cancellation)).Any(known => CloudLab.SameMembership(known.Name, membership));
}
