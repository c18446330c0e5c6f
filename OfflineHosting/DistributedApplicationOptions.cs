namespace Aspire.Hosting;

/// <summary>How an application is set up.</summary>
public sealed class DistributedApplicationOptions
{
    public string[]? Args { get; set; }

    public bool DisableDashboard { get; set; }

    public bool AllowUnsecuredTransport { get; set; }

    public string? DashboardApplicationName { get; set; }
}
