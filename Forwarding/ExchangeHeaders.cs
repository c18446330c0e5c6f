using Microsoft.AspNetCore.Http;

namespace Forwarding;

/// <summary>What a proxy changes in the headers of the requests and answers that it passes on.</summary>
public abstract class ExchangeHeaders
{
    /// <summary>Whether a header of the request is not passed on; headers of the client's connection never are.</summary>
    public virtual bool Omits(string name) => false;

    /// <summary>Adds the proxy's own headers to the request.</summary>
    public abstract void Add(RequestHead head);

    /// <summary>Adds the proxy's own headers to the answer.</summary>
    /// <param name="response">The answer, with the headers that it came with.</param>
    /// <param name="elapsed">Milliseconds since the request was sent.</param>
    public abstract void Complete(HttpResponse response, long elapsed);
}
