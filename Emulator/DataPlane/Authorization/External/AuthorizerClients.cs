using System.Collections.Concurrent;
using Emulator.Mesh;
using Grpc.Net.Client;

namespace Emulator.DataPlane.Authorization.External;

/// <summary>A proxy's ways to the authorizers that policies name, kept from request to request.</summary>
/// <param name="outbound">Sends as the proxy's pod does.</param>
internal sealed class AuthorizerClients(HttpMessageHandler outbound) : IDisposable
{
    private readonly ConcurrentDictionary<(string Host, int Port), GrpcChannel> channels = new();

    public HttpMessageInvoker Http { get; } = new(outbound, disposeHandler: false);

    public Authorization.AuthorizationClient Grpc(MeshExternalAuthorizer authorizer) => new(channels.GetOrAdd(
        (authorizer.Host, authorizer.Port),
        static (key, handler) => GrpcChannel.ForAddress($"http://{key.Host}:{key.Port}", new GrpcChannelOptions { HttpHandler = handler }),
        outbound));

    public void Dispose()
    {
        Http.Dispose();
        foreach (var channel in channels.Values)
        {
            channel.Dispose();
        }
    }
}
