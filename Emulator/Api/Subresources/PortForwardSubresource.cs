using Emulator.Api.Http;
using Emulator.Api.Streams;
using Emulator.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Subresources;

/// <summary>Connections from a client's machine to ports inside a pod, behind its sidecar.</summary>
internal sealed class PortForwardSubresource(Registry registry, IPodCommands commands) : ISubresource
{
    private const string Version = "portforward.k8s.io";
    private const string Tunnelled = "SPDY/3.1+" + Version;

    public bool Serves(ResourceDefinition definition, string subresource) => definition.Type == KnownTypes.Pods && subresource == "portforward";

    public async Task HandleAsync(ApiRequest request)
    {
        if (request.Info.Verb is not ("get" or "create"))
        {
            throw HttpErrors.MethodNotAllowed();
        }

        var (ns, name) = (request.Namespace, request.Info.Name);
        var pod = registry.Get(KnownTypes.Pods, ns, name).Node;
        if (pod["spec"]?["nodeName"].Text() is null)
        {
            throw ApiErrors.BadRequest($"pod {name} does not have a host assigned");
        }

        if (WebSocketUpgrade.Choose(request.Http, Tunnelled) is { } protocol)
        {
            using var socket = await WebSocketUpgrade.AcceptAsync(request.Http, protocol);
            await ForwardAsync(SpdyUpgrade.Over(socket), request);
        }
        else if (SpdyUpgrade.IsAsked(request.Http))
        {
            await ForwardAsync(await SpdyUpgrade.AcceptAsync(request.Http, Version), request);
        }
        else
        {
            throw ApiErrors.BadRequest("Upgrade request required");
        }
    }

    private Task ForwardAsync(SpdyConnection connection, ApiRequest request) => new PortForwarding(
        connection,
        $"{request.Info.Name}_{request.Namespace}",
        (port, cancellation) => commands.ConnectAsync(request.Namespace, request.Info.Name, port, cancellation)).RunAsync(request.Aborted);
}
