namespace Emulator.Api.Server;

/// <summary>Where the API listens, once it does.</summary>
internal sealed class ApiAddress
{
    private volatile Uri? url;

    /// <exception cref="InvalidOperationException">The API does not listen yet.</exception>
    public Uri Url => url ?? throw new InvalidOperationException("The API does not listen yet");

    public void Set(Uri url) => this.url = url;
}
