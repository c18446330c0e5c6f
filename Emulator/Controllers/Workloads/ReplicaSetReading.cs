using System.Globalization;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>What a Deployment reads in its ReplicaSets.</summary>
internal static class ReplicaSetReading
{
    public const string RevisionAnnotation = "deployment.kubernetes.io/revision";
    public const string RevisionHistoryAnnotation = "deployment.kubernetes.io/revision-history";
    public const string DesiredAnnotation = "deployment.kubernetes.io/desired-replicas";
    public const string MaximumAnnotation = "deployment.kubernetes.io/max-replicas";

    public static int Replicas(this JsonObject workload) => workload["spec"]?["replicas"].Int(1) ?? 1;

    public static int Available(this JsonObject workload) => workload["status"]?["availableReplicas"].Int() ?? 0;

    public static int Actual(this JsonObject workload) => workload["status"]?["replicas"].Int() ?? 0;

    public static long Revision(this JsonObject workload) =>
        long.TryParse(workload.Annotation(RevisionAnnotation), CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    public static string Created(this JsonObject node) => node["metadata"]?["creationTimestamp"].Text() ?? "";
}
