using System.Globalization;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Finding and making the ReplicaSet of the current pod template, and numbering revisions.</summary>
internal sealed partial class DeploymentRollout
{
    private static readonly HashSet<string> NotCopied =
    [
        "kubectl.kubernetes.io/last-applied-configuration",
        ReplicaSetReading.RevisionAnnotation,
        ReplicaSetReading.RevisionHistoryAnnotation,
        ReplicaSetReading.DesiredAnnotation,
        ReplicaSetReading.MaximumAnnotation,
        "deprecated.deployment.rollback.to",
    ];

    /// <summary>Finds the ReplicaSet of the current template, or makes it, and gives it the newest revision number.</summary>
    public void FindNew(bool create)
    {
        var template = deployment["spec"]?["template"];
        newest = owned.FirstOrDefault(item => PodTemplateHash.SameTemplate(item.Node["spec"]?["template"], template));
        var revision = Old.Select(item => item.Node.Revision()).DefaultIfEmpty(0).Max() + 1;
        if (newest is not null)
        {
            Adjust(newest, revision);
            NoteProgress("FoundNewReplicaSet", $"Found new replica set \"{newest.Key.Name}\"");
        }
        else if (create && template is not null)
        {
            Create(template.AsObject(), revision);
        }

        if (newest is not null && deployment.Annotation(ReplicaSetReading.RevisionAnnotation) != newest.Node.Annotation(ReplicaSetReading.RevisionAnnotation))
        {
            UpdateDeployment(
                node => node["metadata"]!.AsObject().Ensure("annotations")[ReplicaSetReading.RevisionAnnotation] =
                    newest.Node.Annotation(ReplicaSetReading.RevisionAnnotation));
        }
    }

    private void Adjust(StoredObject replicaSet, long revision)
    {
        Replace(registry.Update(
            KnownTypes.ReplicaSets,
            replicaSet.Key.Namespace,
            replicaSet.Key.Name,
            node =>
            {
                Annotate(node, Math.Max(revision, node.Revision()));
                node["spec"]!.AsObject().CopyFrom(deployment["spec"]!.AsObject(), "minReadySeconds");
                return node;
            },
            WriteOptions.System));
    }

    private void Create(JsonObject template, long revision)
    {
        var collisions = deployment["status"]?["collisionCount"].AsLong();
        var hash = PodTemplateHash.Compute(template, collisions);
        var labelled = template.DeepClone().AsObject();
        labelled.Ensure("metadata").Ensure("labels")[PodTemplateHash.Label] = hash;
        var selector = deployment["spec"]!["selector"]!.DeepClone().AsObject();
        selector.Ensure("matchLabels")[PodTemplateHash.Label] = hash;
        var node = new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{stored.Key.Name}-{hash}",
                ["namespace"] = stored.Key.Namespace,
                ["labels"] = labelled["metadata"]!["labels"]!.DeepClone(),
                ["ownerReferences"] = new JsonArray(deployment.OwnerReference("apps/v1", "Deployment")),
            },
            ["spec"] = new JsonObject { ["replicas"] = NewReplicas(), ["selector"] = selector, ["template"] = labelled },
        };
        node["spec"]!.AsObject().CopyFrom(deployment["spec"]!.AsObject(), "minReadySeconds");
        Annotate(node, revision);
        try
        {
            newest = registry.Create(KnownTypes.ReplicaSets, node, WriteOptions.System);
        }
        catch (ApiException e) when (e.Reason == "AlreadyExists")
        {
            // Another template has the same hash: count it in, and the next look makes another name.
            UpdateDeployment(status => status.Ensure("status")["collisionCount"] = (collisions ?? 0) + 1);
            throw;
        }
        catch (ApiException e)
        {
            UpdateDeployment(changed => Conditions.Set(
                changed.Ensure("status"), "Progressing", "False", "ReplicaSetCreateError",
                $"Failed to create new replica set \"{node.Name()}\": {e.Message}", time.GetUtcNow(), updates: true));
            throw;
        }

        owned.Add(newest);
        if (newest.Node.Replicas() > 0)
        {
            events.Normal(
                deployment, "deployment-controller", "ScalingReplicaSet", $"Scaled up replica set {newest.Key.Name} from 0 to {newest.Node.Replicas()}");
        }

        NoteProgress("NewReplicaSetCreated", $"Created new replica set \"{newest.Key.Name}\"", always: true);
    }

    private void Annotate(JsonObject replicaSet, long revision)
    {
        var annotations = replicaSet["metadata"]!.AsObject().Ensure("annotations");
        foreach (var (key, value) in deployment["metadata"]?["annotations"] as JsonObject ?? [])
        {
            if (!NotCopied.Contains(key))
            {
                annotations[key] = value?.DeepClone();
            }
        }

        var text = revision.ToString(CultureInfo.InvariantCulture);
        if (annotations[ReplicaSetReading.RevisionAnnotation].Text() is { } before && before != text)
        {
            var history = annotations[ReplicaSetReading.RevisionHistoryAnnotation].Text();
            annotations[ReplicaSetReading.RevisionHistoryAnnotation] = string.IsNullOrEmpty(history) ? before : $"{history},{before}";
        }

        annotations[ReplicaSetReading.RevisionAnnotation] = text;
        annotations[ReplicaSetReading.DesiredAnnotation] = deployment.Replicas().ToString(CultureInfo.InvariantCulture);
        annotations[ReplicaSetReading.MaximumAnnotation] = MaximumReplicas.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Changes the Deployment's annotations or status, and goes on with what was written.</summary>
    private void UpdateDeployment(Action<JsonObject> change) => deployment = registry.Update(
        KnownTypes.Deployments,
        stored.Key.Namespace,
        stored.Key.Name,
        node =>
        {
            change(node);
            return node;
        },
        WriteOptions.System,
        "status").Node;
}
