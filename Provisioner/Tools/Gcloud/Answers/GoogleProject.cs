namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record GoogleProject(string ProjectId, string? ProjectNumber, string? LifecycleState);
