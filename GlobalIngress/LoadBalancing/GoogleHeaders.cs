using System.Diagnostics;
using System.Globalization;
using Forwarding;
using Microsoft.Extensions.Primitives;

namespace GlobalIngress.LoadBalancing;

/// <summary>What Google's load balancer adds to requests and responses.</summary>
/// <param name="activity">The request's span; null when it is not traced.</param>
/// <param name="custom">Headers of the BackendConfig (<c>customRequestHeaders</c>), with their variables filled in.</param>
/// <param name="cookie">The affinity cookie to set; null for none.</param>
/// <param name="answered">Headers of the BackendConfig for responses (<c>customResponseHeaders</c>).</param>
internal sealed class GoogleHeaders(
    HttpContext context,
    Activity? activity,
    IReadOnlyList<(string Name, string Value)> custom,
    IReadOnlyList<(string Name, string Value)> answered,
    string? cookie) : ExchangeHeaders
{
    private const string Name = "1.1 google";

    public static readonly StringValues Via = Name;

    private static readonly object AddressesKey = new();

    public override bool Omits(string name) => name.Length switch
    {
        10 => activity is not null && Is(name, "tracestate"),
        11 => activity is not null && Is(name, "traceparent"),
        15 => Is(name, "X-Forwarded-For"),
        17 => Is(name, "X-Forwarded-Proto"),
        21 => activity is not null && Is(name, "X-Cloud-Trace-Context"),
        _ => false,
    } || (custom.Count > 0 && custom.Any(header => Is(name, header.Name)));

    public override void Add(RequestHead head)
    {
        var incoming = context.Request.Headers;
        head.Header("Via", Name);
        var addresses = Addresses();
        head.Header("X-Forwarded-For", incoming.TryGetValue("X-Forwarded-For", out var before) ? $"{before}, {addresses}" : addresses);
        head.Header("X-Forwarded-Proto", context.Request.Scheme);
        if (activity is null)
        {
            if (!incoming.ContainsKey("X-Cloud-Trace-Context"))
            {
                head.Header("X-Cloud-Trace-Context", ActivityTraceId.CreateRandom().ToHexString() + "/0");
            }
        }
        else
        {
            head.Header("traceparent", activity.Id!);
            if (activity.TraceStateString is { Length: > 0 } state)
            {
                head.Header("tracestate", state);
            }

            var span = ulong.Parse(activity.SpanId.ToHexString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            head.Header("X-Cloud-Trace-Context", string.Create(CultureInfo.InvariantCulture, $"{activity.TraceId}/{span};o={(activity.Recorded ? 1 : 0)}"));
        }

        foreach (var (name, value) in custom)
        {
            head.Header(name, value);
        }
    }

    public override void Complete(HttpResponse response, long elapsed)
    {
        var headers = response.Headers;
        headers.Via = headers.Via.Count == 0 ? Via : StringValues.Concat(headers.Via, Via);
        foreach (var (name, value) in answered)
        {
            headers[name] = value;
        }

        if (cookie is not null)
        {
            headers.Append("Set-Cookie", cookie);
        }
    }

    /// <summary>The client's address and the VIP's; they stay the same for all requests of a connection.</summary>
    private string Addresses()
    {
        var items = context.Features.Get<Microsoft.AspNetCore.Connections.Features.IConnectionItemsFeature>()?.Items;
        if (items is not null && items.TryGetValue(AddressesKey, out var known))
        {
            return (string)known!;
        }

        var text = $"{context.Connection.RemoteIpAddress},{context.Connection.LocalIpAddress}";
        if (items is not null)
        {
            items[AddressesKey] = text;
        }

        return text;
    }

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
