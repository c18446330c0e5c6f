namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record OperationError(string? Message);
