using System.Diagnostics;

namespace Provisioner.Stages.Execution;

/// <summary>The provisioning as a trace: a span per operation, stage and step.</summary>
internal static class StageTelemetry
{
    public const string SourceName = "Lab.Provisioner";

    /// <summary>On spans whose time is counted: <see cref="RunKind"/>, <see cref="StepKind"/> or <see cref="GoogleKind"/>.</summary>
    public const string KindTag = "lab.kind";

    /// <summary>A run of the stages.</summary>
    public const string RunKind = "run";

    /// <summary>A step or a check.</summary>
    public const string StepKind = "step";

    /// <summary>A call of gcloud, or the wait for an operation of Google's.</summary>
    public const string GoogleKind = "google";

    public static readonly ActivitySource Source = new(SourceName);

    public static Activity? Start(string name, string kind, ActivityContext parent = default) =>
        Source.StartActivity(name, ActivityKind.Internal, parent == default ? Activity.Current?.Context ?? default : parent)?.SetTag(KindTag, kind);

    public static void Fail(this Activity? activity, Exception e)
    {
        activity?.SetStatus(ActivityStatusCode.Error, e.Message);
        activity?.AddException(e);
    }
}
