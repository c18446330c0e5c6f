using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Orchestration;

/// <summary>Builds the container when the first service is asked for, so that no process start waits for it.</summary>
internal sealed class LazyServices(IServiceCollection services) : IServiceProvider, IAsyncDisposable
{
    private readonly Lazy<ServiceProvider> _provider = new(() => services.BuildServiceProvider());

    public object? GetService(Type serviceType) => _provider.Value.GetService(serviceType);

    public ValueTask DisposeAsync() => _provider.IsValueCreated ? _provider.Value.DisposeAsync() : ValueTask.CompletedTask;
}
