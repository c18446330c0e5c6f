namespace Forwarding;

/// <summary>The client broke off its request, or sent a body that is none: not the server's fault.</summary>
public sealed class ClientGoneException(Exception? cause = null) : Exception(cause?.Message ?? "the client went away", cause)
{
    /// <summary>What the client is told, if it is still there.</summary>
    public int Status => InnerException is Microsoft.AspNetCore.Http.BadHttpRequestException bad ? bad.StatusCode : 499;
}
