using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Whereami;

/// <summary>The limits of the original's server, which are above Kestrel's own.</summary>
public static class KestrelLimits
{
    public static void Apply(KestrelServerLimits limits)
    {
        limits.MaxRequestLineSize = 64 * 1024;
        limits.MaxRequestHeadersTotalSize = 256 * 1024;
        limits.MaxRequestHeaderCount = 200;
    }
}
