using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>One HTTP rule of a VirtualService: the first whose match holds wins; no match means it always holds.</summary>
internal sealed record MeshHttpRoute
{
    public string Name { get; init; } = "";

    public ImmutableArray<MeshHttpMatch> Matches { get; init; } = [];

    public ImmutableArray<MeshDestination> Destinations { get; init; } = [];

    public MeshRedirect? Redirect { get; init; }

    /// <summary>The fixed answer of a directResponse rule.</summary>
    public (int Status, string Body)? DirectResponse { get; init; }

    public (string? Uri, string? Authority)? Rewrite { get; init; }

    /// <summary>What of the path is replaced (RE2), and by what, with <c>\1</c> for the first group.</summary>
    public (string Match, string Rewrite)? RegexRewrite { get; init; }

    public TimeSpan? Timeout { get; init; }

    /// <summary>Attempts after the first; Istio's default is 2, on connect failures and resets.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Whether further attempts may go where those before went (<c>retryIgnorePreviousHosts: false</c>).</summary>
    public bool RetriesAnywhere { get; init; }

    public string RetryOn { get; init; } = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";

    /// <summary>The limit of each attempt; null: the route's <see cref="Timeout"/> is for all of them together.</summary>
    public TimeSpan? PerTryTimeout { get; init; }

    public (double Percent, TimeSpan Delay)? Delay { get; init; }

    public (double Percent, int Status)? Abort { get; init; }

    /// <summary>A fault that gRPC clients see as a status of theirs, and others as the HTTP status it stands for.</summary>
    public (double Percent, int Code)? GrpcAbort { get; init; }

    /// <summary>The first pause before a further attempt, which doubles each time; null: at once.</summary>
    public TimeSpan? Backoff { get; init; }

    public ImmutableArray<MeshMirror> Mirrors { get; init; } = [];

    public MeshCorsPolicy? Cors { get; init; }

    public MeshHeaderOperations Headers { get; init; } = new();
}
