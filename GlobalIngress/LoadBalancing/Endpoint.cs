using System.Net;
using GlobalIngress.Kubernetes;

namespace GlobalIngress.LoadBalancing;

/// <summary>A pod that requests can go to, with its connections and its health.</summary>
internal sealed class Endpoint : IDisposable
{
    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly ILogger logger;
    private readonly Action healthChanged;
    private readonly string probeUrl;
    private volatile bool isHealthy;
    private volatile string problem = "not probed yet";

    public Endpoint(EndpointKey key, Action healthChanged, ILogger logger)
    {
        Key = key;
        this.healthChanged = healthChanged;
        this.logger = logger;
        Url = $"http://{key.Address}/";
        probeUrl = $"http://{new IPEndPoint(key.Address.Address, key.HealthCheck.Port ?? key.Address.Port)}{key.HealthCheck.Path}";
        Invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            ConnectCallback = async (context, cancellation) => key.Through is { } api
                ? await api.DialAsync(context.DnsEndPoint.Port, cancellation)
                : await PodDialer.DialAsync(new IPEndPoint(key.Address.Address, context.DnsEndPoint.Port), key.Underlay, cancellation),
        });
    }

    public EndpointKey Key { get; }

    /// <summary>Where requests go, with a slash at its end.</summary>
    public string Url { get; }

    public HttpMessageInvoker Invoker { get; }

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

    /// <summary>Ends the probes; connections stay open for requests that are on their way.</summary>
    public void Dispose()
    {
        stopping.Cancel();
        _ = Task.Delay(DrainTime).ContinueWith(_ => Invoker.Dispose(), TaskScheduler.Default);
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
            request.Headers.TryAddWithoutValidation("User-Agent", "GoogleHC/1.0");
            using var response = await Invoker.SendAsync(request, limit.Token);
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
