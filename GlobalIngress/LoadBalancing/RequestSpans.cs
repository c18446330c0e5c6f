using System.Diagnostics;
using ServiceDefaults;

namespace GlobalIngress.LoadBalancing;

/// <summary>One server span per request: the root of its trace, unless the client brought one.</summary>
internal sealed class RequestSpans : IDisposable
{
    private readonly ActivitySource source = new(Telemetry.SourcePrefix + "GlobalIngress");

    public Activity? Start(HttpRequest request)
    {
        if (!source.HasListeners())
        {
            return null;
        }

        ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true, out var parent);
        var activity = source.StartActivity(request.Method, ActivityKind.Server, parent);
        if (activity is { IsAllDataRequested: true })
        {
            var path = request.Path.Value ?? "/";
            activity.DisplayName = path.Length <= 64 ? request.Method + " " + path : request.Method;
            activity.SetTag("http.request.method", request.Method);
            activity.SetTag("url.path", path);
            activity.SetTag("server.address", request.Host.Value);
        }

        return activity;
    }

    public static void Route(Activity? activity, Endpoint endpoint)
    {
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("lab.backend.cluster", endpoint.Key.Cluster.Name);
            activity.SetTag("network.peer.address", endpoint.Key.Address.Address.ToString());
        }
    }

    public static void End(Activity? activity, int status)
    {
        if (activity is not null)
        {
            activity.SetTag("http.response.status_code", status);
            if (status >= 500)
            {
                activity.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    public void Dispose() => source.Dispose();
}
