namespace Provisioner.Kubernetes;

/// <summary>HTTP to a port of a pod's own loopback address, through the API server's port-forward: for what a pod tells nobody from outside.</summary>
internal sealed class PodTunnel : IDisposable
{
    // Channel 0 carries data and channel 1 errors of the first port: the protocol that kubelets have always spoken over WebSockets.
    private const string Protocol = "v4.channel.k8s.io";

    private readonly HttpClient http;

    public PodTunnel(KubeApi api, string ns, string pod, int port)
    {
        http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellation) => new ForwardedStream(await api.PortForwardAsync(ns, pod, port, Protocol, cancellation)),
        })
        {
            BaseAddress = new Uri($"http://localhost:{port}"),
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    /// <exception cref="HttpRequestException">The port does not answer, or not with success.</exception>
    public Task<byte[]> GetBytesAsync(string path, CancellationToken cancellation) => http.GetByteArrayAsync(new Uri(path, UriKind.Relative), cancellation);

    public Task<string> GetTextAsync(string path, CancellationToken cancellation) => http.GetStringAsync(new Uri(path, UriKind.Relative), cancellation);

    public void Dispose() => http.Dispose();
}
