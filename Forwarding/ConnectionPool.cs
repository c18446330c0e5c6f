using System.Collections.Concurrent;

namespace Forwarding;

/// <summary>Idle connections to one endpoint, the last used first.</summary>
public sealed class ConnectionPool : IDisposable
{
    public static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(60);

    private const int MaximumIdle = 256;

    private readonly ConcurrentStack<UpstreamConnection> stack = new();
    private UpstreamConnection? newest;
    private int count;
    private bool disposed;

    public UpstreamConnection? TryTake()
    {
        while ((Interlocked.Exchange(ref newest, null) ?? Pop()) is { } connection)
        {
            if (!connection.IsAbandoned)
            {
                connection.IsIdle = false;
                return connection;
            }

            connection.Dispose();
        }

        return null;
    }

    public void Put(UpstreamConnection connection)
    {
        connection.IsIdle = true;
        if (Volatile.Read(ref disposed))
        {
            connection.Dispose();
            return;
        }

        if (Interlocked.CompareExchange(ref newest, connection, null) is not null)
        {
            if (Interlocked.Increment(ref count) > MaximumIdle)
            {
                Interlocked.Decrement(ref count);
                connection.Dispose();
                return;
            }

            stack.Push(connection);
        }

        if (Volatile.Read(ref disposed))
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        Volatile.Write(ref disposed, true);
        while ((Interlocked.Exchange(ref newest, null) ?? Pop()) is { } connection)
        {
            connection.Dispose();
        }
    }

    private UpstreamConnection? Pop()
    {
        if (!stack.TryPop(out var connection))
        {
            return null;
        }

        Interlocked.Decrement(ref count);
        return connection;
    }
}
