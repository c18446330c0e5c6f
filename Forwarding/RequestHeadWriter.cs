using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Forwarding;

/// <summary>Writes a client's request as a proxy passes it on.</summary>
internal static class RequestHeadWriter
{
    public static void Write(RequestHead head, HttpRequest request, string target, bool hasBody, bool isUpgrade, ExchangeHeaders own)
    {
        head.Start(request.Method, target);
        foreach (var (name, values) in request.Headers)
        {
            if (IsOfThisConnection(name) || own.Omits(name))
            {
                continue;
            }

            for (var i = 0; i < values.Count; i++)
            {
                head.Header(name, values[i] ?? "");
            }
        }

        own.Add(head);
        if (isUpgrade)
        {
            head.Header(HeaderNames.Connection, "Upgrade");
            head.Header(HeaderNames.Upgrade, request.Headers.Upgrade.ToString());
        }
        else if (hasBody && request.ContentLength is null)
        {
            head.Header(HeaderNames.TransferEncoding, "chunked");
        }

        head.End();
    }

    private static bool IsOfThisConnection(string name) => name.Length switch
    {
        2 => name.Equals("TE", StringComparison.OrdinalIgnoreCase),
        7 => name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase) || name.Equals("Trailer", StringComparison.OrdinalIgnoreCase),
        10 => name.Equals("Connection", StringComparison.OrdinalIgnoreCase) || name.Equals("Keep-Alive", StringComparison.OrdinalIgnoreCase),
        16 => name.Equals("Proxy-Connection", StringComparison.OrdinalIgnoreCase),
        17 => name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase),
        _ => name.Length > 0 && name[0] == ':',
    };
}
