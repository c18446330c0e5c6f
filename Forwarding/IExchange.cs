namespace Forwarding;

/// <summary>One attempt to have one request answered by one endpoint.</summary>
public interface IExchange
{
    /// <summary>Sends the request and reads the answer's head; returns its status.</summary>
    /// <exception cref="UpstreamException">There is no answer.</exception>
    ValueTask<int> SendAsync();

    /// <summary>Passes the answer on to the client; returns how many bytes its body had.</summary>
    Task<long> AnswerAsync();

    /// <summary>Gives up the answer, and the connection with it.</summary>
    void Abandon();
}
