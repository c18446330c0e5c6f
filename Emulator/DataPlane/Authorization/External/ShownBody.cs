using Emulator.DataPlane.Forwarding;

namespace Emulator.DataPlane.Authorization.External;

/// <summary>The beginning of a request's body, which an authorizer is shown (<c>includeRequestBodyInCheck</c>).</summary>
/// <param name="IsPartial">Whether the body goes on after it.</param>
internal sealed record ShownBody(ReadOnlyMemory<byte> Bytes, bool IsPartial)
{
    /// <summary>What tells authorizers that they see only a part.</summary>
    public const string PartialHeader = "x-envoy-auth-partial-body";

    public static readonly ShownBody None = new(ReadOnlyMemory<byte>.Empty, IsPartial: false);

    /// <summary>Reads up to so many bytes; who reads the body afterwards gets it whole.</summary>
    public static async Task<ShownBody> ReadAsync(HttpContext context, int maximum, CancellationToken cancellation)
    {
        var body = context.Request.Body;
        var buffer = new byte[maximum + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        context.Request.Body = new PrefixedStream(buffer[..length], body);
        return new ShownBody(buffer.AsMemory(0, Math.Min(length, maximum)), length > maximum);
    }
}
