using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Clusters.Existing;
using Provisioner.Kubernetes;

namespace Provisioner.Stages;

/// <summary>The steps that stages have in common, on one cluster.</summary>
internal sealed class KubeSteps(Lab lab, LabCluster cluster)
{
    private const string RestartedAt = "kubectl.kubernetes.io/restartedAt";

    /// <summary>Makes a namespace; with a revision, pods made in it get that mesh's sidecar.</summary>
    public Step Namespace(string ns, Func<CancellationToken, Task<string>>? revision = null) => new()
    {
        Name = revision is null ? $"create namespace {ns} in {cluster.Name}" : $"create namespace {ns} in {cluster.Name}, labelled for the mesh",
        IsDone = async cancellation =>
            await cluster.Api.GetAsync(KubeResource.Namespaces, null, ns, cancellation) is { } found
            && !found.IsBeingDeleted()
            && (revision is null || found.Label(MeshLabels.Revision) == await revision(cancellation)),
        Act = async (_, cancellation) =>
        {
            if (await cluster.Api.GetAsync(KubeResource.Namespaces, null, ns, cancellation) is { } found && found.IsBeingDeleted())
            {
                await GoneAsync(KubeResource.Namespaces, null, ns, cancellation);
            }

            var labels = revision is null ? [] : MeshLabels.For(await revision(cancellation));
            if (lab.Plan.Existing is not null)
            {
                labels[Ownership.Label] = lab.Plan.Name;
            }

            await cluster.Api.ApplyAsync(KubeResource.Namespaces, null, Object("v1", "Namespace", ns, labels.Count == 0 ? null : labels), cancellation);
        },
        Hint = $"See what keeps the namespace: kubectl --context {cluster.Name} describe namespace {ns}",
        ByHand = revision is null
            ? [$"kubectl --context {cluster.Name} create namespace {ns}"]
            : [$"kubectl --context {cluster.Name} create namespace {ns}", MeshLabels.ByHand(cluster.Name, ns)],
    };

    /// <summary>Applies a file of kube/, or all files of a folder of it.</summary>
    public Step Apply(string manifest, string ns) => new()
    {
        Name = $"apply kube/{manifest} in {cluster.Name}",
        IsDone = cancellation => cluster.Api.HasAsync(ns, Manifests.Read(lab, cluster, manifest), cancellation),
        Act = (_, cancellation) =>
        {
            if (OverlayOf(manifest) is { } overlay)
            {
                overlay.Write(WhereamiOverlay.FolderOf(lab.Plan, cluster.Plan), lab.Manifest(manifest), Manifests.Read(lab, manifest));
            }

            return cluster.Api.ApplyAsync(ns, Manifests.Read(lab, cluster, manifest), cancellation);
        },
        Hint = $"Correct kube/{manifest} and run the stage again",
        ByHand = ApplyByHand(manifest, ns),
    };

    /// <summary>Waits for a Deployment's pods.</summary>
    /// <param name="deployment">Its name.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="isLeftToLater">Whether a later stage, which mends what the pods may lack, waits for them instead.</param>
    public Step Ready(string deployment, string ns, Func<CancellationToken, Task<bool>>? isLeftToLater = null) => new()
    {
        Name = $"wait for {deployment} in {cluster.Name}",
        Settle = async (progress, cancellation) =>
        {
            if (isLeftToLater is null || !await isLeftToLater(cancellation))
            {
                await SettledAsync(deployment, ns, progress, cancellation);
            }
        },
        Deadline = TimeSpan.FromSeconds(120),
        Hint = $"See: kubectl --context {cluster.Name} --namespace {ns} describe pods",
        ByHand = [$"kubectl --context {cluster.Name} --namespace {ns} rollout status deployment {deployment}"],
    };

    /// <summary>Replaces a Deployment's pods until each of them satisfies <paramref name="isRight"/>.</summary>
    public Step Restart(string deployment, string ns, string why, Func<JsonObject, bool> isRight) => new()
    {
        Name = $"restart {deployment} in {cluster.Name} {why}",
        IsDone = async cancellation => (await PodsAsync(deployment, ns, cancellation)).All(pod => pod.IsBeingDeleted() || isRight(pod)),
        Act = (_, cancellation) => RestartAsync(deployment, ns, cancellation),
        Settle = async (progress, cancellation) =>
        {
            // In a lab that never got that far there is nothing to restart, and nothing to wait for.
            if (await cluster.Api.GetAsync(KubeResource.Deployments, ns, deployment, cancellation) is not null)
            {
                await SettledAsync(deployment, ns, progress, cancellation);
            }
        },
        Deadline = TimeSpan.FromSeconds(120),
        Hint = $"See: kubectl --context {cluster.Name} --namespace {ns} describe pods",
        ByHand = [$"kubectl --context {cluster.Name} --namespace {ns} rollout restart deployment {deployment}"],
    };

    /// <summary>Deletes what a manifest made.</summary>
    public Step Delete(string manifest, string ns) => OnlyInOwn(new Step
    {
        Name = $"delete what kube/{manifest} made in {cluster.Name}",
        Act = (_, cancellation) => cluster.Api.DeleteAsync(ns, Manifests.Read(lab, cluster, manifest), cancellation),
        Hint = $"See which finalizers are left: kubectl --context {cluster.Name} --namespace {ns} get -f kube/{manifest} -o yaml",
        ByHand = [$"kubectl --context {cluster.Name} --namespace {ns} delete --ignore-not-found -f kube/{manifest}"],
    }, ns);

    /// <summary>On a cluster of somebody else's, leaves a step out whose namespace is not the lab's: a lab that was refused there has made nothing to take back.</summary>
    public Step OnlyInOwn(Step step, string ns) => lab.Plan.Existing is null
        ? step
        : step with
        {
            IsDone = async cancellation => !await IsOwnAsync(ns, cancellation) || await step.IsDone(cancellation),
            Settle = async (progress, cancellation) =>
            {
                if (await IsOwnAsync(ns, cancellation))
                {
                    await step.Settle(progress, cancellation);
                }
            },
        };

    public Step DeleteNamespace(string ns) => new()
    {
        Name = $"delete namespace {ns} in {cluster.Name}",
        IsDone = async cancellation =>
            await cluster.Api.GetAsync(KubeResource.Namespaces, null, ns, cancellation) is not { } found
            || (lab.Plan.Existing is not null && !Ownership.Is(found)),
        Act = async (_, cancellation) =>
        {
            await cluster.Api.DeleteAsync(KubeResource.Namespaces, null, ns, cancellation);
            await GoneAsync(KubeResource.Namespaces, null, ns, cancellation);
        },
        Hint = $"See what is left in it: kubectl --context {cluster.Name} --namespace {ns} get all",
        ByHand = [$"kubectl --context {cluster.Name} delete namespace {ns}"],
    };

    public async Task RestartAsync(string deployment, string ns, CancellationToken cancellation)
    {
        var annotations = new JsonObject { [RestartedAt] = DateTimeOffset.UtcNow.ToString("O") };
        await cluster.Api.PatchAsync(
            KubeResource.Deployments,
            ns,
            deployment,
            new JsonObject { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = annotations } } } },
            cancellation);
    }

    /// <summary>Waits until a Deployment is as its spec says; on the way says what its pods lack.</summary>
    public async Task SettledAsync(string deployment, string ns, Progress progress, CancellationToken cancellation)
    {
        try
        {
            await cluster.Api.UntilAsync(
                KubeResource.Deployments,
                ns,
                $"fieldSelector=metadata.name%3D{deployment}",
                items =>
                {
                    var rollout = items.Values.FirstOrDefault() is { } found ? Rollout.Of(found) : null;
                    progress.Report(rollout?.Message ?? $"there is no Deployment {deployment} in namespace {ns}");
                    return rollout is { Complete: true } ? rollout : null;
                },
                cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            if (PodReport.Describe(await PodsAsync(deployment, ns, brief.Token)) is { Length: > 0 } reasons)
            {
                progress.Report($"{progress.Last}: {reasons}");
            }

            throw;
        }
    }

    public async Task<IReadOnlyList<JsonObject>> PodsAsync(string deployment, string ns, CancellationToken cancellation)
    {
        if (await cluster.Api.GetAsync(KubeResource.Deployments, ns, deployment, cancellation) is not { } found)
        {
            return [];
        }

        var labels = found["spec"]!["selector"]!["matchLabels"]!.AsObject().Select(label => $"{label.Key}={label.Value}");
        var list = await cluster.Api.ListAsync(KubeResource.Pods, ns, $"labelSelector={Uri.EscapeDataString(string.Join(',', labels))}", cancellation);
        return [.. list["items"].Objects()];
    }

    private async Task<bool> IsOwnAsync(string ns, CancellationToken cancellation) =>
        await cluster.Api.GetAsync(KubeResource.Namespaces, null, ns, cancellation) is { } found && Ownership.Is(found);

    private WhereamiOverlay? OverlayOf(string manifest) => manifest == Manifests.Whereami ? WhereamiOverlay.For(lab.Plan, cluster.Plan) : null;

    private IReadOnlyList<string> ApplyByHand(string manifest, string ns)
    {
        if (OverlayOf(manifest) is not { } overlay)
        {
            return [$"kubectl --context {cluster.Name} --namespace {ns} apply -f kube/{manifest}"];
        }

        var folder = WhereamiOverlay.FolderOf(lab.Plan, cluster.Plan);
        return
        [
            $"cp kube/{manifest} {folder}/ && cat > {folder}/{WhereamiOverlay.KustomizationFile} <<'EOF'\n{overlay.Kustomization(ManifestOrNothing(manifest))}EOF",
            $"kubectl --context {cluster.Name} --namespace {ns} apply -k {folder}",
        ];
    }

    // A step's text is made before the manifests are checked, and must not be what finds them wrong.
    private IReadOnlyList<JsonObject> ManifestOrNothing(string manifest)
    {
        try
        {
            return Manifests.Read(lab, manifest);
        }
        catch (LabException)
        {
            return [];
        }
    }

    private Task GoneAsync(KubeResource resource, string? ns, string name, CancellationToken cancellation) => cluster.Api.UntilAsync(
        resource, ns, $"fieldSelector=metadata.name%3D{name}", items => items.Count == 0 ? "gone" : null, cancellation);

    private static JsonObject Object(string apiVersion, string kind, string name, JsonObject? labels)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (labels is not null)
        {
            metadata["labels"] = labels;
        }

        return new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind, ["metadata"] = metadata };
    }
}
