using System.Buffers;

namespace Emulator.Storage.Durability;

/// <summary>Keeps every write of a cluster on disk before it is acknowledged, and brings them back after a restart.</summary>
/// <remarks>
/// A record is in the file before the write shows in memory, so that the end of the process loses nothing. Whoever acknowledges a write waits for
/// <see cref="FlushedAsync"/>; all that wait at the same time share one flush of the disk. <see cref="ObjectStore"/> appends under its lock.
/// </remarks>
internal sealed class WriteAheadLog : IDisposable
{
    /// <summary>
    /// How far revisions jump at a restart. A loss of power may take writes that watches had seen and nobody had been told were safe: none of their
    /// revisions may come again with another meaning (as etcdutl snapshot restore --bump-revision does it).
    /// </summary>
    private const long RevisionJump = 10_000;

    private readonly LogFolder folder;
    private readonly ILogger logger;
    private readonly GroupCommit commits = new();
    private readonly ArrayBufferWriter<byte> buffer = new(64 * 1024);
    private IReadOnlyList<StoredObject> recovered;
    private LogSegment segment;
    private long compactFrom;
    private long snapshotBytes;
    private Task compaction = Task.CompletedTask;

    private WriteAheadLog(LogFolder folder, LogRecovery recovered, LogSegment segment, long compactFrom, ILogger logger)
    {
        this.folder = folder;
        this.segment = segment;
        this.compactFrom = compactFrom;
        this.logger = logger;
        this.recovered = [.. recovered.Objects.Values];
        Revision = recovered.Revision;
    }

    /// <summary>The revision to count on from.</summary>
    public long Revision { get; private set; }

    /// <summary>Whether the log has grown so far beyond what it describes that <see cref="Compact"/> pays.</summary>
    public bool IsLong => segment.Length > Math.Max(compactFrom, 2 * snapshotBytes) && compaction.IsCompleted;

    /// <param name="directory">Holds nothing else; made when it is not there.</param>
    /// <param name="logger">Told of a torn end and of compactions.</param>
    /// <param name="compactFrom">The length in bytes from which on a log is compacted.</param>
    /// <exception cref="IOException">The folder cannot be used, or its content is damaged.</exception>
    public static WriteAheadLog Open(string directory, ILogger logger, long compactFrom = 32 * 1024 * 1024)
    {
        var folder = new LogFolder(directory);
        try
        {
            var recovered = LogRecovery.Read(folder);
            if (recovered.TornBytes > 0)
            {
                logger.LogWarning(
                    "The last {Bytes} bytes of {File} are of a write that was cut off; they are removed. No acknowledged write is lost.",
                    recovered.TornBytes, recovered.Segment);
            }

            var segment = new LogSegment(recovered.Segment ?? folder.Segment(recovered.Revision), recovered.SegmentLength);
            var log = new WriteAheadLog(folder, recovered, segment, compactFrom, logger);
            log.Resume(again: !recovered.IsNew);
            return log;
        }
        catch
        {
            folder.Close();
            throw;
        }
    }

    /// <summary>The objects as the last process left them; only the first call has them, so that they live no longer than the store wants.</summary>
    public IReadOnlyList<StoredObject> TakeRecovered() => Interlocked.Exchange(ref recovered, []);

    /// <summary>Writes a record behind all others.</summary>
    /// <exception cref="ApiException">500: the disk does not take it; nothing has changed then.</exception>
    public void Append(LogRecord record)
    {
        try
        {
            commits.ThrowIfBroken();
            segment.Append(LogFrame.Encode(record, buffer).Span);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            throw ApiErrors.Internal(
                $"the write cannot be kept in {segment.File}: {fault.Message}. Nothing was changed. Make room on that disk; a cluster started without --keep needs none");
        }

        commits.Written(segment);
    }

    /// <summary>Completes when everything appended so far is on the disk.</summary>
    public Task FlushedAsync() => commits.FlushedAsync();

    /// <summary>Begins another segment, and writes all objects into a snapshot that replaces what is before it. Called under the store's lock.</summary>
    public void Compact(long revision, IEnumerable<StoredObject> objects)
    {
        try
        {
            segment.Flush();
            var next = new LogSegment(folder.Segment(revision), 0);
            segment.Dispose();
            segment = next;
            folder.Flush();
        }
        catch (IOException fault)
        {
            compactFrom = 2 * segment.Length;
            logger.LogWarning("The log {File} goes on growing, since no other can be begun: {Reason}", segment.File, fault.Message);
            return;
        }

        compaction = Task.Run(() => WriteSnapshot(revision, objects));
    }

    public void Dispose()
    {
        compaction.Wait();
        commits.Dispose();
        segment.Dispose();
        folder.Close();
    }

    private void Resume(bool again)
    {
        if (again)
        {
            Revision += RevisionJump;
            Append(LogRecord.Mark(LogRecordKind.Resume, Revision));
        }

        segment.Flush();
        folder.Flush();
    }

    private void WriteSnapshot(long revision, IEnumerable<StoredObject> objects)
    {
        var file = folder.Snapshot(revision);
        try
        {
            using (var snapshot = new LogSegment(LogFolder.Unfinished(file), 0))
            {
                var frames = new ArrayBufferWriter<byte>(64 * 1024);
                foreach (var stored in objects)
                {
                    snapshot.Append(LogFrame.Encode(LogRecord.Put(stored), frames).Span);
                }

                snapshot.Append(LogFrame.Encode(LogRecord.Mark(LogRecordKind.End, revision), frames).Span);
                snapshot.Flush();
                snapshotBytes = snapshot.Length;
            }

            File.Move(LogFolder.Unfinished(file), file);
            folder.Flush();
            folder.RemoveBefore(revision);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The segments before it are still there and say the same.
            logger.LogWarning("The state of the cluster is not compacted: {Reason}", fault.Message);
            File.Delete(LogFolder.Unfinished(file));
        }
    }
}
