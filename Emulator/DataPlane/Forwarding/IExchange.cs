namespace Emulator.DataPlane.Forwarding;

/// <summary>One attempt to have one request answered by one endpoint.</summary>
internal interface IExchange
{
    /// <summary>Sends the request and reads the answer's head; returns its status.</summary>
    /// <exception cref="Upstream.UpstreamException">There is no answer.</exception>
    ValueTask<int> SendAsync();

    /// <summary>Passes the answer on to the client.</summary>
    Task AnswerAsync();

    /// <summary>Gives up the answer, and the connection with it.</summary>
    void Abandon();
}
