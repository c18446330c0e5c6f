namespace Emulator.Api.Server;

/// <summary>Where the API listens, once it does.</summary>
internal sealed class ApiAddress
{
    private readonly TaskCompletionSource<Uri> known = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <exception cref="InvalidOperationException">The API does not listen yet.</exception>
    public Uri Url => known.Task.IsCompletedSuccessfully ? known.Task.Result : throw new InvalidOperationException("The API does not listen yet");

    public Task<Uri> KnownAsync => known.Task;

    public void Set(Uri url) => known.TrySetResult(url);
}
