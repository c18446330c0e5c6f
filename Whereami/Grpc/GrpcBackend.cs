using Grpc.Core;
using Grpc.Net.Client;

namespace Whereami.Grpc;

/// <summary>Asks the gRPC service behind this one; a backend that fails leaves its part out.</summary>
internal sealed class GrpcBackend : IDisposable
{
    private static readonly string[] Forwarded =
    [
        "x-request-id", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags",
        "x-ot-span-context", "x-cloud-trace-context", "traceparent", "tracestate", "grpc-trace-bin",
    ];

    private readonly GrpcChannel? channel;
    private readonly ILogger<GrpcBackend> logger;

    public GrpcBackend(WhereamiSettings settings, ILogger<GrpcBackend> logger)
    {
        this.logger = logger;
        if (!settings.BackendEnabled)
        {
            return;
        }

        // host:port; the port decides about TLS, as in the original.
        var address = settings.BackendService!;
        var scheme = address.EndsWith(":443", StringComparison.Ordinal) || address.EndsWith(":8443", StringComparison.Ordinal) ? "https" : "http";
        if (Uri.TryCreate($"{scheme}://{address}", UriKind.Absolute, out var uri))
        {
            channel = GrpcChannel.ForAddress(uri);
        }
        else
        {
            logger.LogError("BACKEND_SERVICE is '{Service}'; expected host:port in gRPC mode. backend_result will be left out", address);
        }
    }

    public async Task<WhereamiReply?> AskAsync(ServerCallContext call)
    {
        if (channel is null)
        {
            return null;
        }

        var headers = new global::Grpc.Core.Metadata();
        foreach (var entry in call.RequestHeaders.Where(entry => Forwarded.Contains(entry.Key)))
        {
            headers.Add(entry);
        }

        try
        {
            return await new Whereami.WhereamiClient(channel).GetPayloadAsync(new Empty(), headers, cancellationToken: call.CancellationToken);
        }
        catch (RpcException error)
        {
            logger.LogWarning("Backend {Backend}: {Problem}", channel.Target, error.Status.Detail);
            return null;
        }
    }

    public void Dispose() => channel?.Dispose();
}
