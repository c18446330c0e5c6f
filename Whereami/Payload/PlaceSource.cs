using Whereami.Metadata;

namespace Whereami.Payload;

/// <summary>The place of one whereami: from the environment at once, with the metadata server's answer as soon as that is there.</summary>
internal sealed class PlaceSource : IDisposable
{
    // A pod that is ready should know where it is, but must not wait long for a server that may not exist.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(800);

    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WhereamiSettings settings;
    private readonly ILogger logger;
    private volatile Rendering current;

    private PlaceSource(WhereamiSettings settings, ILogger logger)
    {
        this.settings = settings;
        this.logger = logger;
        current = new Rendering(Place.Of(settings, InstanceMetadata.None), settings.CompactJson);
    }

    /// <summary>What is known now, with its prepared JSON.</summary>
    public Rendering Current => current;

    /// <summary>Ends when the first answer of the metadata server is known, or has been waited for long enough.</summary>
    public Task Settled => settled.Task;

    public static PlaceSource Start(WhereamiSettings settings, HttpMessageHandler metadata, TimeProvider time, ILogger logger)
    {
        var source = new PlaceSource(settings, logger);
        _ = source.FollowAsync(new MetadataClient(settings.MetadataServer, metadata, time, logger));
        _ = Task.Delay(LongestWait, source.stopping.Token)
            .ContinueWith(_ => source.settled.TrySetResult(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return source;
    }

    public void Dispose() => stopping.Cancel();

    private async Task FollowAsync(MetadataClient client)
    {
        try
        {
            var found = await client.FetchAsync(Settle, stopping.Token);
            Take(found);
        }
        catch (OperationCanceledException)
        {
            // The pod ends before there is an answer.
        }
        catch (Exception error)
        {
            logger.LogError(error, "Reading the metadata server {Server} failed", settings.MetadataServer);
        }
        finally
        {
            settled.TrySetResult();
        }
    }

    private void Settle(InstanceMetadata? found)
    {
        Take(found);
        settled.TrySetResult();
    }

    private void Take(InstanceMetadata? found)
    {
        if (found is not null)
        {
            current = new Rendering(Place.Of(settings, found), settings.CompactJson);
        }
    }
}
