using Emulator.Mesh;

namespace Emulator.DataPlane.Upstream;

/// <summary>What passive health checking knows of one endpoint (Envoy's outlier detection).</summary>
internal sealed class OutlierState
{
    private const int MaximumMultiplier = 10;

    private int consecutiveErrors;
    private int consecutiveGatewayErrors;
    private int consecutiveLocalFailures;
    private int ejections;
    private long ejectedUntil;
    private long lastEjected;

    /// <summary>Whether the last failure was that no connection came about: then it has to be seen connecting before it gets requests again.</summary>
    public bool FailedToConnect { get; private set; }

    public bool IsEjected => Volatile.Read(ref ejectedUntil) != 0;

    /// <summary>Whether its time out is over, so that it may come back.</summary>
    public bool MayReturn => Volatile.Read(ref ejectedUntil) is not 0 and var until && Environment.TickCount64 >= until;

    public void Succeeded()
    {
        if (consecutiveErrors != 0)
        {
            consecutiveErrors = 0;
            FailedToConnect = false;
        }

        if (consecutiveGatewayErrors != 0)
        {
            consecutiveGatewayErrors = 0;
        }

        Answered();
    }

    /// <summary>It answered something, whatever it was.</summary>
    public void Answered()
    {
        if (consecutiveLocalFailures != 0)
        {
            consecutiveLocalFailures = 0;
        }
    }

    /// <summary>Counts an attempt that no answer came to; true when it is one too many.</summary>
    public bool FailedLocally(int limit, bool toConnect)
    {
        FailedToConnect = toConnect;
        return limit > 0 && Interlocked.Increment(ref consecutiveLocalFailures) >= limit;
    }

    /// <summary>Counts a failure; true when it is one too many.</summary>
    public bool Failed(MeshOutlierDetection limits, bool isGatewayError, bool toConnect)
    {
        FailedToConnect = toConnect;
        var errors = Interlocked.Increment(ref consecutiveErrors);
        var gatewayErrors = isGatewayError ? Interlocked.Increment(ref consecutiveGatewayErrors) : consecutiveGatewayErrors;
        return (limits.Consecutive5xxErrors > 0 && errors >= limits.Consecutive5xxErrors)
            || (limits.ConsecutiveGatewayErrors is > 0 and var gatewayLimit && gatewayErrors >= gatewayLimit);
    }

    public void Eject(MeshOutlierDetection limits)
    {
        var now = Environment.TickCount64;

        // Each interval without an ejection forgives one of the former ones.
        var calm = lastEjected == 0 ? 0 : (long)((now - lastEjected) / Math.Max(1, limits.Interval.TotalMilliseconds)) - ejections;
        ejections = (int)Math.Clamp(ejections - Math.Max(0, calm) + 1, 1, MaximumMultiplier);
        lastEjected = now;
        Volatile.Write(ref ejectedUntil, now + (long)(limits.BaseEjectionTime.TotalMilliseconds * ejections));
    }

    /// <summary>Stays out for another base time, since it still cannot be connected to.</summary>
    public void Extend(MeshOutlierDetection limits) =>
        Volatile.Write(ref ejectedUntil, Environment.TickCount64 + (long)limits.BaseEjectionTime.TotalMilliseconds);

    public void Return()
    {
        consecutiveErrors = 0;
        consecutiveGatewayErrors = 0;
        consecutiveLocalFailures = 0;
        FailedToConnect = false;
        Volatile.Write(ref ejectedUntil, 0);
    }
}
