using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource is to begin its life: one that is no process publishes its own states from here on.</summary>
public class InitializeResourceEvent : IDistributedApplicationResourceEvent
{
    internal InitializeResourceEvent(IResource resource, DistributedApplication application)
    {
        Resource = resource;
        Notifications = application.ResourceNotifications;
        Logger = application.Loggers.GetLogger(resource);
        Services = application.Services;
    }

    public IResource Resource { get; }

    public ResourceNotificationService Notifications { get; }

    public ILogger Logger { get; }

    public IServiceProvider Services { get; }
}
