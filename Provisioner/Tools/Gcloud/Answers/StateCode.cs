namespace Provisioner.Tools.Gcloud.Answers;

/// <param name="Code">OK, WARNING or ERROR.</param>
internal sealed record StateCode(string? Code, string? Description);
