namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record FeatureState(StateCode? State);
