using System.Collections.Concurrent;
using System.Globalization;
using Emulator.Storage;
using FsCheck.Xunit;

namespace Emulator.Tests.Storage;

/// <summary>What holds for every interleaving of writers, watchers and lists.</summary>
public sealed class StorePropertyTests
{
    [Property(MaxTest = 30)]
    public bool No_increment_is_lost_whoever_writes_at_the_same_time(byte writers, byte each)
    {
        var store = new ObjectStore();
        store.TryCreate(KeptStore.Key("counter"), KeptStore.Node("counter", "0"));
        var (people, steps) = (writers % 6 + 1, each % 40);
        var conflicts = 0;
        Task.WaitAll([.. Enumerable.Range(0, people).Select(_ => Task.Run(() =>
        {
            for (var step = 0; step < steps; step++)
            {
                while (!TryIncrement(store))
                {
                    Interlocked.Increment(ref conflicts);
                }
            }
        }))]);

        return KeptStore.Content(store)["counter"] == $"{people * steps}" && store.Revision == 2 + people * steps;
    }

    [Property(MaxTest = 30)]
    public bool Every_watch_sees_every_change_once_and_in_order((byte Name, byte Value)[][] writers)
    {
        var store = new ObjectStore();
        var committed = new ConcurrentBag<(long Revision, string Change)>();
        var watches = new ConcurrentBag<(long After, StoreWatch Watch)> { (store.Revision, store.Watch(KnownTypes.ConfigMaps, null, store.Revision)) };
        Task.WaitAll([.. writers.Select(steps => Task.Run(() =>
        {
            foreach (var (name, value) in steps)
            {
                if (Change(store, $"n{name % 3}", value) is { } change)
                {
                    committed.Add(change);
                }

                // A watch may begin anywhere: from now, or from a little earlier.
                var after = Math.Max(1, store.Revision - value % 4);
                watches.Add((after, store.Watch(KnownTypes.ConfigMaps, null, after)));
            }
        }))]);

        var history = committed.OrderBy(change => change.Revision).ToList();
        return watches.All(watch => Drain(watch.Watch).SequenceEqual(history.Where(change => change.Revision > watch.After)));
    }

    [Property(MaxTest = 30)]
    public bool A_list_at_a_revision_is_what_the_changes_up_to_it_made((byte Name, byte Value)[] steps)
    {
        var store = new ObjectStore();
        var states = new Dictionary<long, Dictionary<string, string>> { [store.Revision] = [] };
        foreach (var (name, value) in steps)
        {
            Change(store, $"n{name % 5}", value);
            states[store.Revision] = KeptStore.Content(store);
        }

        return states.All(state => store.ListAt(KnownTypes.ConfigMaps, null, state.Key).Items
            .ToDictionary(item => item.Key.Name, item => item.Node["data"]!["k"]!.GetValue<string>()).OrderBy(item => item.Key)
            .SequenceEqual(state.Value.OrderBy(item => item.Key)));
    }

    [Fact]
    public async Task A_reader_that_falls_behind_is_ended_and_holds_nothing()
    {
        var store = new ObjectStore();
        using var watch = store.Watch(KnownTypes.ConfigMaps, null, store.Revision);
        var large = new string('x', 1_000_000);
        for (var count = 0; count < 40; count++)
        {
            store.TryCreate(KeptStore.Key($"n{count}"), KeptStore.Node($"n{count}", large));
        }

        Assert.True(watch.Reader.Completion.IsCompleted);
        Assert.Equal(0, watch.Reader.Count);
        await Testing.Eventually.HoldsAsync(() => watch.Overflowed.IsCancellationRequested, "the reader is told");
    }

    private static bool TryIncrement(ObjectStore store)
    {
        var current = store.Find(KeptStore.Key("counter"))!;
        var next = current.Copy();
        next["data"]!["k"] = (int.Parse(next["data"]!["k"]!.GetValue<string>(), CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
        try
        {
            return store.TryUpdate(current.Key, next, current.Revision) is not null;
        }
        catch (RevisionConflictException)
        {
            return false;
        }
    }

    private static (long Revision, string Change)? Change(ObjectStore store, string name, byte value)
    {
        var key = KeptStore.Key(name);
        try
        {
            var (type, stored) = store.Find(key) is not { } known ? ("Added", store.TryCreate(key, KeptStore.Node(name, $"{value}")))
                : value % 3 == 0 ? ("Deleted", store.TryDelete(key, known.Revision))
                : ("Modified", store.TryUpdate(key, KeptStore.Node(name, $"{value}"), known.Revision));
            return stored is null ? null : (stored.Revision, $"{type} {name}");
        }
        catch (RevisionConflictException)
        {
            return null;
        }
    }

    private static List<(long Revision, string Change)> Drain(StoreWatch watch)
    {
        var seen = new List<(long, string)>();
        while (watch.Reader.TryRead(out var change))
        {
            seen.Add((change.Revision, $"{change.Type} {change.Object.Key.Name}"));
        }

        watch.Dispose();
        return seen;
    }
}
