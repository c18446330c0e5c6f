using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Tables;
using Emulator.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace Emulator.Api.Resources;

/// <summary>WATCH: the changes of a selection since a revision, one JSON event per line, for as long as the client listens.</summary>
internal sealed class WatchEndpoint(ObjectStore store, ObjectEncoder encoder, TableWriter tables, TimeProvider time)
{
    private const int FlushBytes = 64 * 1024;

    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromMinutes(1);

    /// <summary>How long the last words of a watch may wait for a client that does not read; then its connection is broken.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    public async Task HandleAsync(ApiRequest request)
    {
        var form = Representation.From(request.Http, collection: true);
        var labels = LabelSelector.Parse(request.Query("labelSelector"));
        var fields = FieldSelector.Parse(request.Query("fieldSelector"), request.Definition);
        var start = WatchStart.From(request);
        var ns = request.Definition.Namespaced && request.Info.Namespace.Length > 0 ? request.Info.Namespace : null;
        var name = request.Info.Name;
        bool Selected(StoredObject item) =>
            (name.Length == 0 || item.Key.Name == name) && (labels.IsEverything || labels.Matches(item.Node)) && (fields.IsEverything || fields.Matches(item));

        var (initial, watch, expired) = Open(request.Type, ns, start);
        var response = request.Http.Response;
        response.ContentType = "application/json";
        ApiResponse.AddWarnings(request.Http, request.Warnings);
        request.Http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.StartAsync(request.Aborted);
        var stream = new WatchStream(request, response.BodyWriter, encoder, tables, form);
        if (watch is null)
        {
            stream.Error(ApiErrors.Expired(expired!.Message));
            await response.BodyWriter.FlushAsync(request.Aborted);
            return;
        }

        using (watch)
        using (var ending = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted))
        using (var sending = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted))
        using (watch.Overflowed.UnsafeRegister(static slow => ((CancellationTokenSource)slow!).CancelAfter(LastWords), sending))
        {
            ending.CancelAfter(start.Timeout);
            sending.CancelAfter(start.Timeout + LastWords);
            if (initial is not null)
            {
                await SendAsync(initial, stream, Selected, start.EndBookmark, response.BodyWriter, sending.Token);
            }

            await response.BodyWriter.FlushAsync(sending.Token);
            try
            {
                await FollowAsync(watch, stream, Selected, start.Bookmarks, response.BodyWriter, ending.Token, sending.Token);
            }
            catch (OperationCanceledException) when (!sending.IsCancellationRequested)
            {
                if (start.Bookmarks)
                {
                    stream.Bookmark(store.Revision, initialEventsEnd: false);
                    await response.BodyWriter.FlushAsync(sending.Token);
                }
            }
        }
    }

    /// <summary>The watch, with the list that comes before it where one is asked for; or why there is none.</summary>
    private (StoreList? Initial, StoreWatch? Watch, RevisionExpiredException? Expired) Open(ResourceType type, string? ns, WatchStart start)
    {
        try
        {
            if (start.Revision is { } after && !start.SendInitial)
            {
                return (null, store.Watch(type, ns, after), null);
            }

            var (initial, watch) = store.ListAndWatch(type, ns);
            return (initial, watch, null);
        }
        catch (RevisionExpiredException expired)
        {
            return (null, null, expired);
        }
    }

    private static async Task SendAsync(
        StoreList initial, WatchStream stream, Func<StoredObject, bool> selected, bool endBookmark, PipeWriter output, CancellationToken sending)
    {
        foreach (var item in initial.Items.Where(selected))
        {
            stream.Event("ADDED", item);
            if (output.UnflushedBytes > FlushBytes)
            {
                await output.FlushAsync(sending);
            }
        }

        if (endBookmark)
        {
            stream.Bookmark(initial.Revision, initialEventsEnd: true);
        }
    }

    private async Task FollowAsync(
        StoreWatch watch,
        WatchStream stream,
        Func<StoredObject, bool> selected,
        bool bookmarks,
        PipeWriter output,
        CancellationToken cancellation,
        CancellationToken sending)
    {
        using var bookmark = bookmarks ? new PeriodicTimer(BookmarkInterval, time) : null;
        var tick = bookmark?.WaitForNextTickAsync(cancellation).AsTask();
        while (true)
        {
            var more = watch.Reader.WaitToReadAsync(cancellation);
            if (tick is not null && !more.IsCompleted)
            {
                var waiting = more.AsTask();
                if (await Task.WhenAny(waiting, tick) == tick)
                {
                    await tick;
                    stream.Bookmark(store.Revision, initialEventsEnd: false);
                    await output.FlushAsync(sending);
                    tick = bookmark!.WaitForNextTickAsync(cancellation).AsTask();
                }

                more = new ValueTask<bool>(waiting);
            }

            if (!await more)
            {
                stream.Error(ApiErrors.Expired("too old resource version: the watch fell behind"));
                await output.FlushAsync(sending);
                return;
            }

            while (watch.Reader.TryRead(out var change))
            {
                Write(stream, change, selected);
                if (output.UnflushedBytes > FlushBytes)
                {
                    await output.FlushAsync(sending);
                }
            }

            await output.FlushAsync(sending);
        }
    }

    private static void Write(WatchStream stream, StoreEvent change, Func<StoredObject, bool> selected)
    {
        var was = change.Previous is { } previous && selected(previous);
        var isNow = change.Type is not StoreEventType.Deleted && selected(change.Object);
        switch (was, isNow)
        {
            case (false, true):
                stream.Event("ADDED", change.Object);
                break;
            case (true, true):
                stream.Event("MODIFIED", change.Object);
                break;
            case (true, false):
                stream.Event("DELETED", change.Type is StoreEventType.Deleted ? change.Object : LastSelected(change));
                break;
        }
    }

    /// <summary>An object that left the selection is shown as it was when it still belonged to it, with the revision at which it left.</summary>
    private static StoredObject LastSelected(StoreEvent change)
    {
        var node = change.Previous!.Copy();
        node["metadata"]!["resourceVersion"] = change.Revision.ToString(CultureInfo.InvariantCulture);
        return StoredObject.From(change.Object.Key, change.Revision, (JsonObject)node);
    }
}
