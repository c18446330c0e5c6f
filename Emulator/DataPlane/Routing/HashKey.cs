using System.Globalization;
using System.Net;
using Emulator.Mesh;

namespace Emulator.DataPlane.Routing;

/// <summary>What consistent hashing chooses an endpoint by.</summary>
internal static class HashKey
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>The key of a request; null when it lacks the part in question, so that any endpoint will do.</summary>
    /// <param name="cookie">The cookie to set where the client has none yet; null for none.</param>
    public static ulong? Of<TRequest>(MeshConsistentHash by, in TRequest request, IPAddress? source, out string? cookie)
        where TRequest : struct, IRequestView
    {
        cookie = null;
        var text = by.Kind switch
        {
            "header" => request.Header(by.Name),
            "source" => source?.ToString(),
            "query" => RequestTarget.Parameter(request.Query, by.Name),
            _ => Cookie(request.Header("cookie"), by.Name),
        };
        if (text is null && by is { Kind: "cookie", Ttl: { } ttl })
        {
            text = Random.Shared.NextInt64().ToString("x16", CultureInfo.InvariantCulture);
            var path = by.Path.Length == 0 ? "" : $"; Path={by.Path}";
            cookie = string.Create(
                CultureInfo.InvariantCulture, $"{by.Name}=\"{text}\"{(ttl > TimeSpan.Zero ? $"; Max-Age={ttl.TotalSeconds:0}" : "")}{path}; HttpOnly");
        }

        return text is null ? null : Hash(text);
    }

    /// <summary>FNV-1a with a last mixing, so that similar texts are far apart.</summary>
    public static ulong Hash(string text)
    {
        var hash = Offset;
        foreach (var character in text)
        {
            hash = unchecked((hash ^ character) * Prime);
        }

        return Mix(hash);
    }

    public static ulong Mix(ulong hash)
    {
        hash ^= hash >> 33;
        hash = unchecked(hash * 0xff51afd7ed558ccd);
        return hash ^ (hash >> 33);
    }

    private static string? Cookie(string? header, string name)
    {
        foreach (var pair in header?.Split(';', StringSplitOptions.TrimEntries) ?? [])
        {
            if (pair.StartsWith(name, StringComparison.Ordinal) && pair.Length > name.Length && pair[name.Length] == '=')
            {
                return pair[(name.Length + 1)..].Trim('"');
            }
        }

        return null;
    }
}
