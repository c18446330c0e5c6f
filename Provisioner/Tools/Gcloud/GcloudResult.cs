namespace Provisioner.Tools.Gcloud;

/// <summary>How one call of gcloud ended.</summary>
internal sealed record GcloudResult(int ExitCode, string Output, string Errors);
