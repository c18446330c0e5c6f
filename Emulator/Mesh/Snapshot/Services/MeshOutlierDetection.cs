namespace Emulator.Mesh;

/// <summary>When endpoints are taken out of service for a time, by their answers.</summary>
internal sealed record MeshOutlierDetection
{
    public int Consecutive5xxErrors { get; init; } = 5;

    public int? ConsecutiveGatewayErrors { get; init; }

    /// <summary>Failed connections and attempts without an answer in a row that are one too many, counted apart from bad answers; null: they count as those do.</summary>
    public int? ConsecutiveLocalOriginFailures { get; init; }

    /// <summary>When a smaller share of the endpoints is in service, all get requests, ejected or not; 0 to 100.</summary>
    public int MinHealthPercent { get; init; }

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan BaseEjectionTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Share of the endpoints that may be ejected at the same time, 0 to 100.</summary>
    public int MaxEjectionPercent { get; init; } = 10;
}
