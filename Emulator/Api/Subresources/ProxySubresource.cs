using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Network;
using Emulator.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace Emulator.Api.Subresources;

/// <summary>Hands a request on to a pod, or to a pod behind a service, in plain text as a kube-apiserver does.</summary>
internal sealed class ProxySubresource(Registry registry, IPodNetwork network, ClusterAddresses addresses, ClusterOptions options) : ISubresource, IDisposable
{
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Host",
        "Authorization",
    };

    private readonly Lazy<HttpMessageInvoker> client = new(() => new HttpMessageInvoker(NewHandler(network, options)));

    public bool Serves(ResourceDefinition definition, string subresource) =>
        subresource == "proxy" && (definition.Type == KnownTypes.Pods || definition.Type == KnownTypes.Services);

    public async Task HandleAsync(ApiRequest request)
    {
        var target = ProxyTarget.Parse(request.Info.Name);
        var endpoint = request.Type == KnownTypes.Pods ? FindPod(request, target) : FindService(request, target);
        using var message = Outgoing(request, endpoint);
        HttpResponseMessage response;
        try
        {
            response = await client.Value.SendAsync(message, request.Aborted);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException || fault is OperationCanceledException && !request.Aborted.IsCancellationRequested)
        {
            throw Unavailable($"error trying to reach service: {Reason(fault, endpoint)}");
        }

        using (response)
        {
            await AnswerAsync(request.Http, response, request.Aborted);
        }
    }

    public void Dispose()
    {
        if (client.IsValueCreated)
        {
            client.Value.Dispose();
        }
    }

    /// <summary>One connection per request: a pod that begins to refuse plain text is seen to refuse it at once.</summary>
    private static SocketsHttpHandler NewHandler(IPodNetwork network, ClusterOptions options)
    {
        var source = new IPEndPoint(Security.ClusterAuthority.ServiceAddress(options.PodCidr), 0);
        return new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            ConnectCallback = (context, cancellation) => network.DialAsync(
                source, new IPEndPoint(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port), null, cancellation),
        };
    }

    private IPEndPoint FindPod(ApiRequest request, ProxyTarget target)
    {
        var pod = registry.Get(KnownTypes.Pods, request.Namespace, target.Name).Node;
        var port = target.Port.Length > 0
            ? int.TryParse(target.Port, out var number) ? number : throw ApiErrors.BadRequest($"invalid port \"{target.Port}\": expected a number")
            : (int)((pod["spec"]?["containers"] as JsonArray ?? []).SelectMany(container => container?["ports"] as JsonArray ?? [])
                .Select(item => item?["containerPort"].AsLong()).FirstOrDefault(item => item is not null) ?? 80);
        return IPAddress.TryParse(pod["status"]?["podIP"]?.GetValue<string>(), out var address)
            ? new IPEndPoint(address, port)
            : throw ApiErrors.BadRequest("address not allowed");
    }

    private IPEndPoint FindService(ApiRequest request, ProxyTarget target)
    {
        var service = registry.Get(KnownTypes.Services, request.Namespace, target.Name);
        var ports = service.Node["spec"]?["ports"] as JsonArray ?? [];
        var port = ports.OfType<JsonObject>().FirstOrDefault(item =>
            target.Port.Length == 0 ? ports.Count == 1 || item["name"] is null
            : target.Port == item["port"].AsLong()?.ToString(System.Globalization.CultureInfo.InvariantCulture) || target.Port == item["name"]?.GetValue<string>());
        if (port is null)
        {
            throw Unavailable(target.Port.Length == 0
                ? $"no endpoints available for service \"{target.Name}\""
                : $"no service port \"{target.Port}\" found for service \"{target.Name}\"");
        }

        return addresses.NextEndpoint(service, (int)port["port"].AsLong()!.Value)
            ?? throw Unavailable($"no endpoints available for service \"{target.Name}\"");
    }

    private static HttpRequestMessage Outgoing(ApiRequest request, IPEndPoint endpoint)
    {
        var incoming = request.Http.Request;
        var message = new HttpRequestMessage(new HttpMethod(incoming.Method), new Uri($"http://{endpoint}{RawRest(request)}"));
        if (incoming.ContentLength > 0 || incoming.Headers.TransferEncoding.Count > 0 || HttpProtocol.IsHttp2(incoming.Protocol) && !IsBodiless(incoming.Method))
        {
            message.Content = new StreamContent(incoming.Body);
        }

        foreach (var (name, values) in incoming.Headers)
        {
            if (HopByHop.Contains(name) || name.StartsWith(':') || name.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        var forwarded = $"{request.Http.Connection.RemoteIpAddress}";
        message.Headers.TryAddWithoutValidation("X-Forwarded-For", forwarded);
        message.Headers.TryAddWithoutValidation("X-Forwarded-Uri", request.Info.Path);
        return message;
    }

    private static bool IsBodiless(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsDelete(method) || HttpMethods.IsOptions(method);

    /// <summary>What follows <c>/proxy</c>, escaped as it came.</summary>
    private static string RawRest(ApiRequest request)
    {
        // /api/v1/namespaces/NAMESPACE/pods/NAME/proxy/REST
        const int SegmentsBefore = 7;
        var raw = request.Http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var (path, query) = raw.IndexOf('?', StringComparison.Ordinal) is var mark and >= 0 ? (raw[..mark], raw[mark..]) : (raw, "");
        var at = 0;
        for (var count = 0; count <= SegmentsBefore && at >= 0; count++)
        {
            at = path.IndexOf('/', count == 0 ? 0 : at + 1);
        }

        return (at < 0 ? "/" : path[at..]) + query;
    }

    private static async Task AnswerAsync(HttpContext http, HttpResponseMessage response, CancellationToken aborted)
    {
        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (!HopByHop.Contains(name))
            {
                http.Response.Headers.Append(name, values.ToArray());
            }
        }

        await using var body = await response.Content.ReadAsStreamAsync(aborted);
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, aborted) is var count and > 0)
        {
            await http.Response.Body.WriteAsync(buffer.AsMemory(0, count), aborted);
            await http.Response.Body.FlushAsync(aborted);
        }
    }

    private static string Reason(Exception fault, IPEndPoint endpoint)
    {
        var socket = fault as SocketException ?? fault.InnerException as SocketException ?? fault.InnerException?.InnerException as SocketException;
        return socket?.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => $"dial tcp {endpoint}: connect: connection refused",
            SocketError.ConnectionReset => $"read tcp {endpoint}: read: connection reset by peer",
            SocketError.HostUnreachable => $"dial tcp {endpoint}: connect: no route to host",
            SocketError.TimedOut => $"dial tcp {endpoint}: i/o timeout",
            _ when fault is OperationCanceledException => $"dial tcp {endpoint}: i/o timeout",
            _ when fault is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "EOF",
            _ => $"{endpoint}: {fault.InnerException?.Message ?? fault.Message}",
        };
    }

    private static ApiException Unavailable(string message) => new(503, "ServiceUnavailable", message);
}
