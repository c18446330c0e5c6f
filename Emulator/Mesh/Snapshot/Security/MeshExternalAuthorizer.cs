using System.Collections.Immutable;

namespace Emulator.Mesh;

/// <summary>An extension provider of kind <c>envoyExtAuthzHttp</c> or <c>envoyExtAuthzGrpc</c>: who is asked by policies with action CUSTOM.</summary>
internal sealed record MeshExternalAuthorizer
{
    /// <summary>The full host name of its Service.</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>Whether it speaks gRPC: it sees the whole request, and says itself which headers change.</summary>
    public bool IsGrpc { get; init; }

    /// <summary>What stands before the request's own path.</summary>
    public string PathPrefix { get; init; } = "";

    /// <summary>Headers of the request that it is shown, besides the usual ones; <c>*</c> at the end stands for the rest of a name.</summary>
    public ImmutableArray<string> ShownHeaders { get; init; } = [];

    /// <summary>Headers of its answer that the workload gets with a request that is let in.</summary>
    public ImmutableArray<string> UpstreamHeaders { get; init; } = [];

    /// <summary>Headers of its answer that the client gets with a refusal.</summary>
    public ImmutableArray<string> DownstreamHeaders { get; init; } = [];

    /// <summary>The bytes of a body that it is shown at most; null: none.</summary>
    public int? MaximumBody { get; init; }

    /// <summary>Whether it is asked about the beginning of longer bodies, which are refused otherwise.</summary>
    public bool TakesPartialBody { get; init; }

    /// <summary>Whether gRPC carries the body as bytes and not as text.</summary>
    public bool PacksBody { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether requests are let in while it cannot be asked.</summary>
    public bool FailOpen { get; init; }

    /// <summary>The status of a refusal because it could not be asked.</summary>
    public int StatusOnError { get; init; } = 403;
}
