using Microsoft.Extensions.Primitives;

namespace Emulator.DataPlane.Routing;

/// <summary>What routes look at in a request, wherever the request comes from.</summary>
internal interface IRequestView
{
    /// <summary>http or https, as the client spoke it.</summary>
    string Scheme { get; }

    string Method { get; }

    /// <summary>The path as it was sent, without the query.</summary>
    ReadOnlySpan<char> Path { get; }

    ReadOnlySpan<char> Query { get; }

    string Authority { get; }

    string? Header(string name);

    /// <summary>A claim of the request's token, by the name that Istio's routes have for it; a list gives its entries.</summary>
    StringValues Claim(string name);
}
