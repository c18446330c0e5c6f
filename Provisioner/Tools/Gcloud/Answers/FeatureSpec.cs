namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record FeatureSpec(IngressSpec? Multiclusteringress);
