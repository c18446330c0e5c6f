using System.Text.RegularExpressions;
using Provisioner.Tools.Gcloud;

namespace Provisioner.MultiClusterIngress;

/// <summary>The error codes of MultiClusterIngress, and what helps; after Google's page on its troubleshooting.</summary>
internal static partial class IngressErrors
{
    public static string Cure(string? text, string fleet, string membership) => Code().Match(text ?? "").Value switch
    {
        "AVMBR102" => "A MultiClusterIngress names a MultiClusterService that is not there: kubectl apply -f kube/mcs.yaml in the same namespace",
        "AVMBR110" => $"Let Google's controller read the cluster: gcloud projects add-iam-policy-binding {fleet} "
            + "--member=serviceAccount:service-PROJECT_NUMBER@gcp-sa-multiclusteringress.iam.gserviceaccount.com --role=roles/multiclusteringress.serviceAgent",
        "AVMBR111" => $"The config membership is wrong, gone or in another location; name it in full: {GcloudLine.ByHand(GcloudArguments.UpdateIngress(fleet, membership))}",
        { Length: > 0 } code => $"Look up {code} in Google's troubleshooting of Multi Cluster Ingress",
        _ => $"See: {GcloudLine.ByHand(GcloudArguments.Ingress(fleet))}",
    };

    [GeneratedRegex(@"AVMBR\d{3}")]
    private static partial Regex Code();
}
