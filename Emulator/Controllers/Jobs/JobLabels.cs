using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Gives a new Job the selector and labels by which it knows its pods (k8s.io/kubernetes, pkg/registry/batch/job/strategy.go).</summary>
internal sealed class JobLabels : IAdmission
{
    public const string Tracking = "batch.kubernetes.io/job-tracking";

    private const string Uid = "batch.kubernetes.io/controller-uid";

    public AdmissionPhase Phase => AdmissionPhase.Strategy;

    public void Admit(AdmissionRequest request)
    {
        if (request.Resource.Type != KnownTypes.Jobs || request.Verb is not WriteVerb.Create || request.Object is not { } job || job["spec"] is not JsonObject spec)
        {
            return;
        }

        var labels = spec.Ensure("template").Ensure("metadata").Ensure("labels");
        if (!spec["manualSelector"].IsTrue())
        {
            foreach (var (label, value) in (ReadOnlySpan<(string, string)>)
                [(Uid, job.Uid()), ("controller-uid", job.Uid()), ("batch.kubernetes.io/job-name", job.Name()), ("job-name", job.Name())])
            {
                labels[label] = value;
            }

            spec.Ensure("selector").Ensure("matchLabels")[Uid] = job.Uid();
        }

        if (job["metadata"]!["labels"] is null && labels.Count > 0)
        {
            job["metadata"]!["labels"] = labels.DeepClone();
        }

        if (spec["completionMode"].Text() == "Indexed")
        {
            request.Warnings.Add("embedded clusters run Jobs of completionMode Indexed like those of NonIndexed: pods get no index; run the lab with --mode k3s to use them");
        }
    }
}
