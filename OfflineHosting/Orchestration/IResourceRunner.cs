namespace Aspire.Hosting.Orchestration;

/// <summary>Runs one resource; never restarts it by itself.</summary>
internal interface IResourceRunner
{
    Task StartAsync();

    Task StopAsync();

    /// <summary>Ends the resource for good: nothing starts it again.</summary>
    Task EndAsync();
}
