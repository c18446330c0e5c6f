namespace Provisioner.Tools.Gcloud;

/// <summary>One finished call of gcloud.</summary>
internal sealed record GcloudCall(DateTimeOffset StartedAt, TimeSpan Elapsed, int ExitCode, string Line);
