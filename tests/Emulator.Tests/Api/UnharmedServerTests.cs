using System.Collections.Concurrent;

namespace Emulator.Tests.Api;

/// <summary>Tests after which the server answers as before, and nothing went unnoticed.</summary>
public abstract class UnharmedServerTests(ApiCluster cluster) : IAsyncDisposable
{
    protected const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    private static readonly ConcurrentQueue<Exception> Unobserved = Listen();

    protected ApiCluster Cluster => cluster;

    public async ValueTask DisposeAsync()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(200, (await cluster.GetAsync("/readyz")).Status);
        Assert.Empty(Unobserved);
        GC.SuppressFinalize(this);
    }

    private static ConcurrentQueue<Exception> Listen()
    {
        var unobserved = new ConcurrentQueue<Exception>();
        TaskScheduler.UnobservedTaskException += (_, fault) =>
        {
            // The client libraries of other tests in this process leave some behind; only the cluster's count.
            if (fault.Exception.ToString().Contains(" at Emulator.") && !fault.Exception.ToString().Contains(" at k8s."))
            {
                unobserved.Enqueue(fault.Exception);
            }
        };
        return unobserved;
    }
}
