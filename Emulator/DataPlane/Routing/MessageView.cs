using Microsoft.Extensions.Primitives;

namespace Emulator.DataPlane.Routing;

/// <summary>A request that a program in the pod sends.</summary>
internal readonly struct MessageView(HttpRequestMessage message) : IRequestView
{
    public string Scheme => message.RequestUri!.Scheme;

    public string Method => message.Method.Method;

    public ReadOnlySpan<char> Path => RequestTarget.Path(message.RequestUri!.PathAndQuery);

    public ReadOnlySpan<char> Query => RequestTarget.Query(message.RequestUri!.PathAndQuery);

    public string Authority => message.Headers.Host ?? message.RequestUri!.Authority;

    /// <summary>What a pod sends has no token that its own sidecar has looked at.</summary>
    public StringValues Claim(string name) => default;

    public string? Header(string name) =>
        message.Headers.TryGetValues(name, out var values) || (message.Content?.Headers.TryGetValues(name, out values) ?? false)
            ? string.Join(',', values!)
            : null;
}
