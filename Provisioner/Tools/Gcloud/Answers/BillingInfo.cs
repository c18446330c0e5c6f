namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record BillingInfo(bool? BillingEnabled);
