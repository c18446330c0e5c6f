using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>Says, with every write, when embedded clusters store a kind without acting on it.</summary>
internal sealed class UnusedKinds : IAdmission
{
    private static readonly HashSet<string> Kinds =
    [
        "StatefulSet", "DaemonSet", "ReplicationController", "CronJob", "NetworkPolicy",
        "PersistentVolume", "PersistentVolumeClaim", "StorageClass", "RuntimeClass", "ValidatingWebhookConfiguration", "APIService",
        "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
    ];

    public AdmissionPhase Phase => AdmissionPhase.Warnings;

    public void Admit(AdmissionRequest request)
    {
        var definition = request.Resource;
        if (definition.CustomResourceDefinition is null && request.Verb is not WriteVerb.Delete && request.Subresource is ("" or "scale") && Kinds.Contains(definition.Kind))
        {
            request.Warnings.Add($"embedded clusters store {definition.Kind} objects but do not act on them; run the lab with --mode k3s to use them");
        }
    }
}
