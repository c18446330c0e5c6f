using System.Text;

namespace Emulator.Nodes;

/// <summary>Makes lines of what a program writes, for its log; standard output and error are told apart until their lines are whole.</summary>
internal sealed class LineSplitter(Action<string> write)
{
    /// <summary>A line longer than this is cut in two, as container runtimes do.</summary>
    private const int MaximumLine = 16 * 1024;

    /// <summary>What FallbackToLogsOnError may show.</summary>
    private const int KeptLines = 80;

    private readonly List<byte>[] partial = [[], []];
    private readonly Queue<string> last = new();

    public IReadOnlyCollection<string> Last => last;

    public void Add(OutputChunk chunk)
    {
        var line = partial[chunk.IsError ? 1 : 0];
        foreach (var next in chunk.Bytes.Span)
        {
            if (next == '\n')
            {
                End(line);
                continue;
            }

            line.Add(next);
            if (line.Count >= MaximumLine)
            {
                End(line);
            }
        }
    }

    /// <summary>The program has ended: what is left is a line too.</summary>
    public void Flush()
    {
        foreach (var line in partial.Where(line => line.Count > 0))
        {
            End(line);
        }
    }

    private void End(List<byte> line)
    {
        var text = Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
        line.Clear();
        write(text);
        last.Enqueue(text);
        if (last.Count > KeptLines)
        {
            last.Dequeue();
        }
    }
}
