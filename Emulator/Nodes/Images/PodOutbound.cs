using Emulator.Network;

namespace Emulator.Nodes;

/// <summary>How a program in a pod reaches others: through the sidecar once there is one, else over the cluster's plain addresses.</summary>
internal sealed class PodOutbound(PodInterface pod, PlainOutbound plain) : HttpMessageHandler
{
    private readonly Lazy<HttpMessageInvoker> direct = new(() => new HttpMessageInvoker(plain.For(pod)));
    private HttpMessageHandler? sidecar;
    private HttpMessageInvoker? throughSidecar;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (pod.Outbound is not { } current)
        {
            return direct.Value.SendAsync(request, cancellationToken);
        }

        if (!ReferenceEquals(sidecar, current))
        {
            // The sidecar was restarted or came late; the handler is its own to dispose of.
            (throughSidecar, sidecar) = (new HttpMessageInvoker(current, disposeHandler: false), current);
        }

        return throughSidecar!.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && direct.IsValueCreated)
        {
            direct.Value.Dispose();
        }

        base.Dispose(disposing);
    }
}
