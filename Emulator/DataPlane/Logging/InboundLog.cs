using Emulator.Network;
using Microsoft.AspNetCore.Http.Features;

namespace Emulator.DataPlane.Logging;

/// <summary>Access log lines of the requests that a proxy is sent.</summary>
internal static class InboundLog
{
    public static AccessLogEntry Begin(HttpContext context, TimeProvider time) =>
        new(context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget, context.Request.Protocol, time)
        {
            Received = context.Request.ContentLength ?? 0,
        };

    public static void End(AccessLog? log, AccessLogEntry entry, HttpContext context, PodConnection connection)
    {
        entry.Sent = Math.Max(entry.Sent, context.Response.ContentLength ?? 0);
        var headers = context.Request.Headers;
        log?.Write(
            entry, context.Response.StatusCode, name => headers.TryGetValue(name, out var value) && value.Count > 0 ? value.ToString() : null, connection);
    }
}
