using System.Diagnostics;

namespace Provisioner.Stages;

/// <summary>The provisioning as a trace: a span per operation, stage and step.</summary>
internal static class StageTelemetry
{
    public const string SourceName = "Lab.Provisioner";

    public static readonly ActivitySource Source = new(SourceName);

    public static void Fail(this Activity? activity, Exception e)
    {
        activity?.SetStatus(ActivityStatusCode.Error, e.Message);
        activity?.AddException(e);
    }
}
