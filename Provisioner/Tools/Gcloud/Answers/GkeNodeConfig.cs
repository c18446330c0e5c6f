namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record GkeNodeConfig(string? MachineType, bool? Spot);
