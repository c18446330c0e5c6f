namespace Emulator.Storage.Durability;

/// <summary>What a log's files say: the objects, the revision they were left at, and where to go on writing.</summary>
internal sealed class LogRecovery
{
    private LogRecovery()
    {
    }

    public Dictionary<ResourceKey, StoredObject> Objects { get; } = [];

    /// <summary>The last revision that was written; a new log begins after 1.</summary>
    public long Revision { get; private set; } = 1;

    public bool IsNew => Segment is null && Objects.Count == 0;

    /// <summary>The newest segment; null in an empty folder.</summary>
    public string? Segment { get; private set; }

    /// <summary>How much of the newest segment is good, in bytes.</summary>
    public long SegmentLength { get; private set; }

    /// <summary>Bytes after that, of a write that was cut off; they were never acknowledged.</summary>
    public long TornBytes { get; private set; }

    /// <exception cref="LogDamagedException">Something before the end is missing or wrong.</exception>
    public static LogRecovery Read(LogFolder folder)
    {
        var state = new LogRecovery();
        var from = 0L;
        if (folder.Snapshots() is [.., var (snapshot, at)])
        {
            state.ReadSnapshot(snapshot, at);
            from = at;
        }

        var segments = folder.Segments().Where(segment => segment.Revision >= from).ToList();
        foreach (var (file, begins) in segments)
        {
            if (begins != state.Revision)
            {
                throw new LogDamagedException(file, $"it goes on after revision {begins}, and what comes before it ends at {state.Revision}");
            }

            state.ReadSegment(file, last: file == segments[^1].File);
        }

        return state;
    }

    private void ReadSnapshot(string file, long revision)
    {
        var bytes = File.ReadAllBytes(file).AsMemory();
        var ended = false;
        for (var at = 0; at < bytes.Length;)
        {
            var payload = LogFrame.Decode(bytes, at) ?? throw new LogDamagedException(file, $"the record at byte {at} of {bytes.Length} has another checksum than when it was written");
            var record = LogRecord.Read(payload);
            ended = record.Kind is LogRecordKind.End;
            Take(record);
            at += LogFrame.HeaderLength + payload.Length;
        }

        if (!ended)
        {
            throw new LogDamagedException(file, $"it ends at byte {bytes.Length}, before its last record");
        }

        Revision = revision;
    }

    private void ReadSegment(string file, bool last)
    {
        var bytes = File.ReadAllBytes(file).AsMemory();
        var at = 0;
        while (at < bytes.Length)
        {
            if (LogFrame.Decode(bytes, at) is not { } payload)
            {
                var next = LogFrame.FindNext(bytes, at + 1);
                if (!last || next >= 0)
                {
                    throw new LogDamagedException(file, next >= 0
                        ? $"bytes {at} to {next - 1} are not what was written, and whole records follow them"
                        : $"the record at byte {at} of {bytes.Length} is not what was written");
                }

                TornBytes = bytes.Length - at;
                break;
            }

            var record = LogRecord.Read(payload);
            if (record.Kind is not LogRecordKind.Resume && record.Revision != Revision + 1)
            {
                throw new LogDamagedException(file, $"revision {Revision} is followed by {record.Revision} at byte {at}");
            }

            Take(record);
            Revision = record.Revision;
            at += LogFrame.HeaderLength + payload.Length;
        }

        (Segment, SegmentLength) = (file, at);
    }

    private void Take(LogRecord record)
    {
        switch (record.Kind)
        {
            case LogRecordKind.Put:
                // A copy: the whole file would stay in memory otherwise.
                Objects[record.Key] = new StoredObject(record.Key, record.Revision, record.Json.ToArray());
                break;
            case LogRecordKind.Delete:
                Objects.Remove(record.Key);
                break;
        }
    }
}
