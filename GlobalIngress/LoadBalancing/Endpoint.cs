using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Forwarding;
using GlobalIngress.Kubernetes;

namespace GlobalIngress.LoadBalancing;

/// <summary>A pod that requests can go to, with its connections and its health.</summary>
internal sealed class Endpoint : IUpstream, IDisposable
{
    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SweepTime = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly ILogger logger;
    private readonly Action healthChanged;
    private readonly string probeProtocol;
    private readonly string probeUrl;
    private readonly ConnectionPool idle = new();
    private readonly ConcurrentDictionary<UpstreamConnection, byte> connections = new();
    private readonly HttpMessageInvoker prober;
    private readonly ITimer sweeping;
    private volatile bool isHealthy;
    private volatile string problem = "not probed yet";

    public Endpoint(EndpointKey key, Action healthChanged, ILogger logger)
    {
        Key = key;
        this.healthChanged = healthChanged;
        this.logger = logger;
        Identity = Affinity.Hash($"{key.Cluster}/{key.Address}");
        probeProtocol = key.HealthCheck.Protocol ?? (key.UsesTls ? "HTTPS" : "HTTP");
        probeUrl = $"{(probeProtocol == "HTTP" ? "http" : "https")}://{new IPEndPoint(key.Address.Address, key.HealthCheck.Port ?? key.Address.Port)}{key.HealthCheck.Path}";
        prober = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = ConnectTime,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            ConnectCallback = async (context, cancellation) => key.Through is { } api
                ? await api.DialAsync(context.DnsEndPoint.Port, cancellation)
                : await PodDialer.DialAsync(new IPEndPoint(key.Address.Address, context.DnsEndPoint.Port), key.Underlay, cancellation),
        });
        sweeping = TimeProvider.System.CreateTimer(_ => Sweep(), null, SweepTime, SweepTime);
    }

    public EndpointKey Key { get; }

    /// <summary>What tells it from others, the same from one run to the next.</summary>
    public ulong Identity { get; }

    public bool IsHealthy => isHealthy;

    /// <summary>Why it is not healthy.</summary>
    public string Problem => problem;

    /// <summary>Probes until disposed of.</summary>
    public void Start() => _ = ProbeForeverAsync();

    /// <summary>Takes the endpoint out at once, until a probe finds it well: a request has just failed on it.</summary>
    public void ReportFailure(string reason)
    {
        if (Set(false, reason) && wake.CurrentCount == 0)
        {
            wake.Release();
        }
    }

    public UpstreamConnection? TryRent() => idle.TryTake();

    public void Return(UpstreamConnection connection) => idle.Put(connection);

    public async ValueTask<UpstreamConnection> ConnectAsync(CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(ConnectTime);
        Stream? stream = null;
        try
        {
            stream = Key.Through is { } api
                ? await api.DialAsync(Key.Address.Port, deadline.Token)
                : await PodDialer.DialAsync(Key.Address, Key.Underlay, deadline.Token);
            if (Key.UsesTls)
            {
                // Google's load balancers encrypt towards backends without asking who they are.
                var tls = new SslStream(stream, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
                stream = tls;
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions { TargetHost = Key.Address.Address.ToString(), ApplicationProtocols = [SslApplicationProtocol.Http11] }, deadline.Token);
            }

            return new UpstreamConnection(stream, connections);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or OperationCanceledException
            or KubeException or HttpRequestException or WebSocketException)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }

            cancellation.ThrowIfCancellationRequested();
            throw e is OperationCanceledException
                ? new UpstreamException(UpstreamFailure.ConnectTimeout, $"no connection in {ConnectTime.TotalSeconds:0.#} s")
                : new UpstreamException(e is AuthenticationException ? UpstreamFailure.Tls : UpstreamFailure.Connect, e.Message);
        }
    }

    /// <summary>Ends the probes; requests that are on their way may end.</summary>
    public void Dispose()
    {
        stopping.Cancel();
        sweeping.Dispose();
        idle.Dispose();
        _ = Task.Delay(Key.Draining ?? DrainTime).ContinueWith(_ => End(), TaskScheduler.Default);
    }

    private void End()
    {
        prober.Dispose();
        foreach (var connection in connections.Keys)
        {
            connection.Dispose();
        }
    }

    /// <summary>Closes connections that were idle, or silent in the middle of an exchange, for too long.</summary>
    private void Sweep()
    {
        foreach (var connection in connections.Keys.Where(connection => connection.IsAbandoned))
        {
            connection.Dispose();
        }
    }

    private async Task ProbeForeverAsync()
    {
        var check = Key.HealthCheck;
        var good = 0;
        var bad = 0;
        while (!stopping.IsCancellationRequested)
        {
            var found = await ProbeAsync(check);
            good = found is null ? good + 1 : 0;
            bad = found is null ? 0 : bad + 1;
            if (good >= check.HealthyThreshold)
            {
                Set(true, "");
            }
            else if (bad >= check.UnhealthyThreshold)
            {
                Set(false, found!);
            }

            try
            {
                // What is not well is looked at more often, so that it is back soon.
                if (await wake.WaitAsync(isHealthy && bad == 0 ? check.Interval : ProbePause, stopping.Token))
                {
                    good = 0;
                    await Task.Delay(ProbePause, stopping.Token);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<string?> ProbeAsync(Resources.HealthCheck check)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        limit.CancelAfter(check.Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, probeUrl);
            if (probeProtocol == "HTTP2")
            {
                (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            }

            request.Headers.TryAddWithoutValidation("User-Agent", "GoogleHC/1.0");
            using var response = await prober.SendAsync(request, limit.Token);
            await response.Content.CopyToAsync(Stream.Null, limit.Token);
            return response.StatusCode == HttpStatusCode.OK ? null : $"GET {probeUrl} answered {(int)response.StatusCode}; expected 200";
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException or KubeException)
        {
            return error is OperationCanceledException
                ? $"GET {probeUrl} gave no answer in {check.Timeout.TotalSeconds:0.#} s"
                : $"GET {probeUrl}: {(error.InnerException ?? error).Message}";
        }
    }

    private bool Set(bool healthy, string reason)
    {
        var known = problem == reason;
        problem = reason;
        if (stopping.IsCancellationRequested || (isHealthy == healthy && known))
        {
            return false;
        }

        var changed = isHealthy != healthy;
        isHealthy = healthy;
        if (healthy)
        {
            logger.LogInformation("{Endpoint} in {Cluster} is healthy", Key.Address, Key.Cluster);
        }
        else
        {
            logger.LogWarning("{Endpoint} in {Cluster} is not healthy: {Problem}", Key.Address, Key.Cluster, reason);
        }

        if (changed)
        {
            healthChanged();
        }

        return changed;
    }
}
