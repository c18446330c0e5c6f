using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The console of every resource: what was written, and what is being written.</summary>
public class ResourceLoggerService
{
    private readonly ConcurrentDictionary<string, ResourceConsole> _consoles = new(StringComparer.OrdinalIgnoreCase);

    internal ResourceLoggerService()
    {
    }

    public ILogger GetLogger(IResource resource) => GetLogger(resource.Name);

    public ILogger GetLogger(string resourceName) => Console(resourceName);

    /// <summary>The lines kept so far, then each line as it comes.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => WatchAsync(resource.Name);

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => Console(resourceName).WatchAsync();

    /// <summary>The lines kept so far.</summary>
    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName)
    {
        await Task.CompletedTask;
        yield return Console(resourceName).Lines();
    }

    internal ResourceConsole Console(string resourceName) => _consoles.GetOrAdd(resourceName, static _ => new ResourceConsole());
}
