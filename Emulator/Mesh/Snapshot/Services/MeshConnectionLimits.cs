namespace Emulator.Mesh;

/// <summary>A DestinationRule's connectionPool: what one proxy may have open or under way to one service. Null: no limit.</summary>
internal sealed record MeshConnectionLimits
{
    public int? MaxConnections { get; init; }

    /// <summary>Requests that may wait for a connection.</summary>
    public int? MaxPending { get; init; }

    /// <summary>Requests under way.</summary>
    public int? MaxRequests { get; init; }

    public int? MaxRequestsPerConnection { get; init; }

    /// <summary>Further attempts under way.</summary>
    public int? MaxRetries { get; init; }

    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Whether anything is limited that has to be counted.</summary>
    public bool Counts => MaxConnections is not null || MaxRequests is not null || MaxRetries is not null;
}
