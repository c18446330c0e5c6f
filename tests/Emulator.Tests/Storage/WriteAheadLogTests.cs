using System.Diagnostics;
using Emulator.Storage;
using Emulator.Storage.Durability;
using FsCheck.Xunit;
using Testing;

namespace Emulator.Tests.Storage;

/// <summary>What a cluster with <c>--keep</c> finds again, however its process ended.</summary>
public sealed class WriteAheadLogTests
{
    [Fact]
    public void Objects_come_back_with_their_uids_and_revisions_and_new_writes_count_on()
    {
        using var kept = new KeptStore();
        long before;
        using (var store = kept.Open())
        {
            store.TryCreate(KeptStore.Key("a"), KeptStore.Node("a"));
            store.TryCreate(KeptStore.Key("b"), KeptStore.Node("b"));
            store.TryDelete(KeptStore.Key("b"));
            before = store.TryUpdate(KeptStore.Key("a"), KeptStore.Node("a", "2"), store.Find(KeptStore.Key("a"))!.Revision)!.Revision;
        }

        using var again = kept.Open();
        var found = again.Find(KeptStore.Key("a"))!;

        Assert.Equal(new Dictionary<string, string> { ["a"] = "2" }, KeptStore.Content(again));
        Assert.Equal("uid-of-a", found.Node["metadata"]!["uid"]!.GetValue<string>());
        Assert.Equal(before, found.Revision);
        Assert.Equal($"{before}", found.Node["metadata"]!["resourceVersion"]!.GetValue<string>());
        Assert.True(again.TryCreate(KeptStore.Key("c"), KeptStore.Node("c"))!.Revision > before);
        Assert.Empty(kept.Warnings);
    }

    [Fact]
    public void Watches_and_lists_of_a_revision_before_the_restart_have_expired()
    {
        using var kept = new KeptStore();
        long before;
        using (var store = kept.Open())
        {
            before = store.TryCreate(KeptStore.Key("a"), KeptStore.Node("a"))!.Revision;
        }

        using var again = kept.Open();

        Assert.Throws<RevisionExpiredException>(() => again.Watch(KnownTypes.ConfigMaps, null, before));
        Assert.Throws<RevisionExpiredException>(() => again.Watch(KnownTypes.Leases, null, before));
        Assert.Throws<RevisionExpiredException>(() => again.ListAt(KnownTypes.ConfigMaps, null, before));
        again.Watch(KnownTypes.ConfigMaps, null, again.Revision).Dispose();
    }

    [Property(MaxTest = 40)]
    public bool A_log_that_was_cut_anywhere_holds_a_prefix_of_what_was_written((byte Name, byte Value)[] writes, uint cut)
    {
        using var kept = new KeptStore();
        var states = new List<Dictionary<string, string>> { new() };
        using (var store = kept.Open())
        {
            foreach (var (name, value) in writes)
            {
                Write(store, $"n{name % 4}", value);
                states.Add(KeptStore.Content(store));
            }
        }

        var file = kept.Segment;
        var length = new FileInfo(file).Length;
        using (var stream = File.OpenWrite(file))
        {
            stream.SetLength(length == 0 ? 0 : cut % length);
        }

        using var again = kept.Open();
        var content = KeptStore.Content(again);
        return states.Any(state => state.Count == content.Count && state.All(entry => content.GetValueOrDefault(entry.Key) == entry.Value));
    }

    [Fact]
    public void A_torn_end_is_cut_with_a_warning_that_says_how_many_bytes()
    {
        using var kept = new KeptStore();
        using (var store = kept.Open())
        {
            store.TryCreate(KeptStore.Key("a"), KeptStore.Node("a"));
        }

        File.AppendAllBytes(kept.Segment, [0x4c, 0x57, 0x4c, 0x31, 9, 9, 9]);
        using (var again = kept.Open())
        {
            Assert.Contains("The last 7 bytes", Assert.Single(kept.Warnings));
            again.TryCreate(KeptStore.Key("b"), KeptStore.Node("b"));
        }

        kept.Warnings.Clear();
        using var third = kept.Open();
        Assert.Equal(["a", "b"], KeptStore.Content(third).Keys);
        Assert.Empty(kept.Warnings);
    }

    [Fact]
    public void Damage_before_the_end_is_refused_with_the_file_the_place_and_the_cure()
    {
        using var kept = new KeptStore();
        using (var store = kept.Open())
        {
            store.TryCreate(KeptStore.Key("a"), KeptStore.Node("a", "first"));
            store.TryCreate(KeptStore.Key("b"), KeptStore.Node("b"));
        }

        var file = kept.Segment;
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.AsSpan().IndexOf("first"u8)] ^= 1;
        File.WriteAllBytes(file, bytes);

        var refusal = Assert.Throws<LogDamagedException>(() => kept.Open());

        Assert.Contains(file, refusal.Message);
        Assert.Contains("bytes 0 to", refusal.Message);
        Assert.Contains("remove that folder to start with an empty cluster", refusal.Message);
        Assert.Equal(bytes, File.ReadAllBytes(file));
    }

    [Fact]
    public async Task A_long_log_is_compacted_and_says_the_same()
    {
        using var kept = new KeptStore(compactFrom: 64 * 1024);
        Dictionary<string, string> content;
        using (var store = kept.Open())
        {
            for (var count = 0; count < 3_000; count++)
            {
                Write(store, $"n{count % 20}", (byte)count);
            }

            await Eventually.HoldsAsync(() => Directory.EnumerateFiles(kept.Directory, "snapshot-*").Any(), "a snapshot is written");
            content = KeptStore.Content(store);
        }

        using var again = kept.Open();
        Assert.Equal(content, KeptStore.Content(again));
        Assert.True(Directory.EnumerateFiles(kept.Directory).Sum(file => new FileInfo(file).Length) < 400 * 1024, "old segments are still there");
    }

    [Fact]
    public void A_missing_segment_is_noticed()
    {
        using var kept = new KeptStore();
        using (var store = kept.Open())
        {
            store.TryCreate(KeptStore.Key("a"), KeptStore.Node("a"));
        }

        File.Move(kept.Segment, Path.Combine(kept.Directory, "wal-0000000000000000009"));

        Assert.Contains("goes on after revision 9", Assert.Throws<LogDamagedException>(() => kept.Open()).Message);
    }

    [Fact]
    public void Two_clusters_cannot_have_the_same_folder()
    {
        using var kept = new KeptStore();
        using var store = kept.Open();

        Assert.Contains("is in use", Assert.ThrowsAny<IOException>(() => kept.Open()).Message);
    }

    [Fact]
    public void A_full_disk_refuses_the_write_and_keeps_what_was_there()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            Tool.Missing("tmpfs", "only root on Linux can mount a small disk");
        }

        using var folder = new TemporaryFolder();
        if (Run("mount", "-t", "tmpfs", "-o", "size=256k", "lab-test", folder.Path) != 0)
        {
            Tool.Missing("tmpfs", "a small tmpfs cannot be mounted here");
        }

        try
        {
            using var kept = new KeptStore();
            var log = folder.File("log");
            Dictionary<string, string> content;
            using (var store = kept.Open(log))
            {
                var refusal = Assert.Throws<ApiException>(() => Fill(store));
                content = KeptStore.Content(store);
                Assert.Equal(500, refusal.Code);
                Assert.Contains("Make room on that disk", refusal.Message);
                Assert.Equal(refusal.Message, Assert.Throws<ApiException>(() => store.TryCreate(KeptStore.Key("z"), KeptStore.Node("z", new string('z', 8000)))).Message);
                Assert.Equal(content, KeptStore.Content(store));
            }

            using var again = kept.Open(log);
            Assert.Equal(content, KeptStore.Content(again));
        }
        finally
        {
            Run("umount", folder.Path);
        }
    }

    private static void Fill(ObjectStore store)
    {
        for (var count = 0; count < 1_000; count++)
        {
            store.TryCreate(KeptStore.Key($"n{count}"), KeptStore.Node($"n{count}", new string('x', 4000)));
        }
    }

    private static void Write(ObjectStore store, string name, byte value)
    {
        var key = KeptStore.Key(name);
        if (store.Find(key) is not { } known)
        {
            store.TryCreate(key, KeptStore.Node(name, $"{value}"));
        }
        else if (value % 3 == 0)
        {
            store.TryDelete(key);
        }
        else
        {
            store.TryUpdate(key, KeptStore.Node(name, $"{value}"), known.Revision);
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
