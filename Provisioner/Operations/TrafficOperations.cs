using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Provisioner.Api;
using Provisioner.Checks;
using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Mesh;
using Provisioner.Stages;
using Provisioner.State;

namespace Provisioner.Operations;

/// <summary>Verbs that change who answers: the link between clusters, the gateways' openness, whereami's pods.</summary>
internal sealed partial class TrafficOperations(Lab lab, StateStore store, Traffic traffic, IMeshDriver mesh)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    // An endpoint that was ejected several times stays away for a multiple of the DestinationRule's baseEjectionTime.
    private static readonly TimeSpan EjectionDeadline = TimeSpan.FromSeconds(90);

    /// <summary>Drops traffic between one cluster, or all, and their peers: the pods' and the control planes', or one of the two.</summary>
    public async Task<CommandLine> CutAsync(CommandArguments arguments, Action<string> say, CancellationToken cancellation)
    {
        var only = arguments.Cluster is { } name ? lab[name] : null;
        var both = (arguments.Data ?? false) == (arguments.Api ?? false);
        var (pods, api) = (both || arguments.Data == true, both || arguments.Api == true);
        if (await lab.First.Api.Discovery.FindAsync(KubeResource.NetworkFaults.ApiVersion, KubeResource.NetworkFaults.Kind, cancellation) is null)
        {
            throw new LabException(
                $"clusters of mode {lab.Plan.Mode} cannot be cut off from each other by the lab: they do not know the kind NetworkFault",
                "Leave the mesh instead (dotnet run --project Provisioner -- leave), or use --mode embedded");
        }

        foreach (var (cluster, peer) in JoinStage.Pairs(lab).Where(pair => only is null || pair.From == only || pair.To == only))
        {
            var fault = new JsonObject
            {
                ["apiVersion"] = KubeResource.NetworkFaults.ApiVersion,
                ["kind"] = KubeResource.NetworkFaults.Kind,
                ["metadata"] = new JsonObject { ["name"] = $"cut-{peer.Name}" },
                ["spec"] = new JsonObject { ["peer"] = peer.Name, ["pods"] = pods, ["api"] = api },
            };
            say($"    $ kubectl --context {cluster.Name} apply -f - <<< '{fault.ToJsonString()}'");
            await cluster.Api.ApplyAsync(KubeResource.NetworkFaults, null, fault, cancellation);
        }

        var what = both ? "pods and control planes of the clusters are" : pods ? "pods of the clusters are" : "control planes of the clusters are";
        return new CommandLine($"{what} cut off from each other; heal undoes it", Done: true);
    }

    public async Task<CommandLine> HealAsync(Action<string> say, CancellationToken cancellation)
    {
        var healed = 0;
        foreach (var cluster in lab.Clusters)
        {
            var faults = await cluster.Api.ListAsync(KubeResource.NetworkFaults, null, "", cancellation);
            foreach (var fault in faults["items"].Objects())
            {
                say($"    $ kubectl --context {cluster.Name} delete networkfault {fault.Name()}");
                await cluster.Api.DeleteAndWaitAsync(KubeResource.NetworkFaults, null, fault.Name(), cancellation);
                healed++;
            }
        }

        if (healed == 0)
        {
            return new CommandLine("nothing was cut", Done: true);
        }

        await AnswersFromEveryClusterAsync(say, cancellation);
        return new CommandLine("the clusters reach each other again", Done: true);
    }

    /// <summary>Opens the gateways to the outside, or closes them; the global ingress reaches them either way.</summary>
    public async Task<CommandLine> GatewaysAsync(bool external, Action<string> say, CancellationToken cancellation)
    {
        var type = external ? "LoadBalancer" : "ClusterIP";
        var (ns, patched) = (lab.Plan.GatewayNamespace, new List<LabCluster>());
        foreach (var cluster in lab.Clusters)
        {
            if (await cluster.Api.GetAsync(KubeResource.Services, ns, LabStages.Gateway, cancellation) is not null)
            {
                // Once closed, the Service no longer says where it answered.
                _ = external ? null : await Addresses.GatewayAsync(lab, cluster, cancellation);
                say($"    $ kubectl --context {cluster.Name} --namespace {ns} patch service {LabStages.Gateway} --patch '{{\"spec\":{{\"type\":\"{type}\"}}}}'");
                await cluster.Api.PatchAsync(
                    KubeResource.Services, ns, LabStages.Gateway, new JsonObject { ["spec"] = new JsonObject { ["type"] = type } }, cancellation);
                patched.Add(cluster);
            }
        }

        if (patched.Count == 0)
        {
            throw new LabException("there is no gateway in any cluster", "Make one: dotnet run --project Provisioner -- stage 5");
        }

        await Task.WhenAll(patched.Select(cluster => Observation.UntilAsync(
            async token =>
            {
                var url = external ? await Addresses.GatewayAsync(lab, cluster, token) : cluster.GatewayUrl;
                var (answers, message) = url is null ? (false, "its Service has no address") : await traffic.AnswersAsync(url, token);
                return new CheckResult(answers == external, message);
            },
            Deadline,
            $"{cluster.GatewayUrl ?? $"the gateway of {cluster.Name}"} {(external ? "does not answer" : "still answers")}",
            $"See: kubectl --context {cluster.Name} --namespace {ns} describe service {LabStages.Gateway}",
            cancellation)));
        store.Update(state => patched.Aggregate(state, (next, cluster) => next.WithGateway(cluster.Name, external ? cluster.GatewayUrl : null)));
        return new CommandLine($"{(external ? "the gateways answer from outside again" : "the gateways no longer answer from outside")}{await VipAsync(cancellation)}", Done: true);
    }

    public async Task<CommandLine> ScaleAsync(LabCluster cluster, int replicas, Action<string> say, CancellationToken cancellation)
    {
        if (replicas is < 0 or > 50)
        {
            throw new LabException($"{replicas} pods are not possible", "Give a number from 0 to 50");
        }

        var (ns, name) = (lab.Plan.Namespace, LabStages.WhereamiDeployment);
        say($"    $ kubectl --context {cluster.Name} --namespace {ns} scale deployment {name} --replicas {replicas}");
        await cluster.Api.PatchAsync(
            KubeResource.Deployments, ns, name, new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } }, cancellation);
        await SettledAsync(cluster, cancellation);
        return new CommandLine(
            replicas == 0 ? $"whereami of {cluster.Name} is drained; scale {cluster.Name} 3 brings it back" : $"whereami of {cluster.Name} has {replicas} ready pods",
            Done: true);
    }

    public async Task<CommandLine> RestartAsync(LabCluster cluster, Action<string> say, CancellationToken cancellation)
    {
        say($"    $ kubectl --context {cluster.Name} --namespace {lab.Plan.Namespace} rollout restart deployment {LabStages.WhereamiDeployment}");
        await new KubeSteps(lab, cluster).RestartAsync(LabStages.WhereamiDeployment, lab.Plan.Namespace, cancellation);
        await SettledAsync(cluster, cancellation);
        return new CommandLine($"the pods of whereami in {cluster.Name} are new", Done: true);
    }

    /// <summary>Lets requests prefer endpoints near the caller, or not; on hides that requests alternate between the clusters.</summary>
    public async Task<CommandLine> LocalityAsync(bool enabled, Action<string> say, CancellationToken cancellation)
    {
        foreach (var cluster in lab.Clusters)
        {
            var name = $"istio-{await mesh.RevisionAsync(cluster, cancellation)}";
            var settings = await cluster.Api.GetAsync(KubeResource.ConfigMaps, RemoteSecret.Namespace, name, cancellation)
                ?? throw new LabException($"cluster {cluster.Name} has no ConfigMap {name}", "Install the mesh: dotnet run --project Provisioner -- stage 4");
            var text = settings["data"]?["mesh"]?.ToString() ?? "";
            if (!LocalitySetting().IsMatch(text))
            {
                throw new LabException($"the ConfigMap {name} of {cluster.Name} has no localityLbSetting", "Add 'localityLbSetting: {enabled: false}' to its mesh settings");
            }

            var changed = LocalitySetting().Replace(text, $"$1{(enabled ? "true" : "false")}");
            say($"    $ kubectl --context {cluster.Name} --namespace {RemoteSecret.Namespace} edit configmap {name}   # localityLbSetting.enabled: {(enabled ? "true" : "false")}");
            await cluster.Api.PatchAsync(
                KubeResource.ConfigMaps, RemoteSecret.Namespace, name, new JsonObject { ["data"] = new JsonObject { ["mesh"] = changed } }, cancellation);
        }

        return new CommandLine(enabled ? "requests prefer endpoints near the caller" : "requests go to all clusters alike", Done: true);
    }

    [GeneratedRegex(@"(localityLbSetting:\s*(?:\{\s*)?enabled:\s*)(true|false)")]
    private static partial Regex LocalitySetting();

    /// <summary>Endpoints that were ejected while the path was cut come back when their time is over.</summary>
    private async Task AnswersFromEveryClusterAsync(Action<string> say, CancellationToken cancellation)
    {
        var state = store.Current;
        if (!state.Stages.Any(stage => stage.Number == LabStages.Join && stage.State == StageStates.Done))
        {
            return;
        }

        var gateways = state.Clusters.Where(cluster => cluster.GatewayUrl is not null).ToArray();
        say("waiting until the gateways take back the endpoints that they had ejected");
        await Task.WhenAll(gateways.Select(gateway => Observation.UntilAsync(
            async token => (await traffic.OutsideAsync(gateway.GatewayUrl!, token)).FromEach(lab.Clusters.Select(cluster => cluster.Name)),
            EjectionDeadline,
            $"the gateway of {gateway.Name} does not answer from every cluster",
            "See what is missing: dotnet run --project Provisioner -- verify",
            cancellation)));
    }

    private async Task SettledAsync(LabCluster cluster, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Deadline);
        var progress = new Progress();
        try
        {
            await new KubeSteps(lab, cluster).SettledAsync(LabStages.WhereamiDeployment, lab.Plan.Namespace, progress, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new LabException(
                $"after {Deadline.TotalSeconds:0} s whereami of {cluster.Name}: {progress.Last}",
                $"See: kubectl --context {cluster.Name} --namespace {lab.Plan.Namespace} describe pods");
        }
    }

    private async Task<string> VipAsync(CancellationToken cancellation)
    {
        if (store.Current.VipUrl is not { } url)
        {
            return "";
        }

        var sample = await traffic.OutsideAsync(url, cancellation);
        store.Update(state => state with { Split = sample.Split });
        return sample.Failures.Count == 0
            ? $"; the global address answers: {sample.Summary}"
            : throw new LabException($"the global address {url} does not answer every request: {sample.Summary}", "See the log of 'global-ingress'");
    }
}
