using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;

namespace Emulator.Nodes;

/// <summary>A process on the host with its streams: pipes, or a pseudo terminal.</summary>
internal sealed class HostProcess : ICommandStreams
{
    private const int ReaderStack = 256 * 1024;
    private const int Ahead = 256;

    private readonly Process process;
    private FileStream? terminal;
    private readonly Channel<OutputChunk> output = Channel.CreateBounded<OutputChunk>(Ahead);
    private int open = 1;

    private HostProcess(Process process)
    {
        this.process = process;
        Id = process.Id;
        Exited = WaitAsync();
    }

    /// <summary>The process that was started; programs in other PID namespaces are children of it.</summary>
    public int Id { get; }

    public ChannelReader<OutputChunk> Output => output.Reader;

    public Task<int> Exited { get; }

    /// <summary>Starts a program that is killed when this process ends in any way.</summary>
    public static async Task<HostProcess> StartAsync(
        HostTools tools, IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(tools["setpriv"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var argument in (string[])["--pdeathsig", "KILL", "--", .. command])
        {
            start.ArgumentList.Add(argument);
        }

        // The cluster's own variables are no business of what runs in it.
        start.Environment.Clear();
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new HostProcess(await ProcessStarter.StartAsync(start));
    }

    /// <summary>The first line of its output; what it said on its error output instead when it ended without one.</summary>
    public async Task<(string? Line, string Error)> ReadLineAsync()
    {
        var line = await Task.Run(() =>
        {
            var read = new List<byte>();
            while (process.StandardOutput.BaseStream.ReadByte() is var next and >= 0 and not '\n')
            {
                read.Add((byte)next);
            }

            return Encoding.UTF8.GetString([.. read]);
        });
        return line.Length > 0 ? (line, "") : (null, (await process.StandardError.ReadToEndAsync()).Trim());
    }

    /// <summary>Begins to read what it writes.</summary>
    /// <param name="master">The master side of the terminal that the program has opened for itself, or null for its pipes.</param>
    public void Begin(SafeFileHandle? master)
    {
        if (master is not null)
        {
            terminal = new FileStream(master, FileAccess.ReadWrite, bufferSize: 0);
            Read(terminal, isError: false);
        }
        else
        {
            open = 2;
            Read(process.StandardOutput.BaseStream, isError: false);
            Read(process.StandardError.BaseStream, isError: true);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellation)
    {
        try
        {
            if (terminal is not null)
            {
                await terminal.WriteAsync(input, cancellation);
            }
            else
            {
                await process.StandardInput.BaseStream.WriteAsync(input, cancellation);
                await process.StandardInput.BaseStream.FlushAsync(cancellation);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The program has closed its input: what comes after is lost, as on any pipe.
        }
    }

    public void CloseInput()
    {
        if (terminal is null)
        {
            try
            {
                process.StandardInput.BaseStream.Dispose();
            }
            catch (IOException)
            {
                // What was left unwritten has nobody to read it.
            }
        }
    }

    public void Resize(int columns, int rows)
    {
        if (terminal is not null)
        {
            Native.Resize(terminal.SafeFileHandle, columns, rows);
        }
    }

    public void Kill() => Native.Signal(Id, Native.Kill);

    public ValueTask DisposeAsync()
    {
        if (!Exited.IsCompleted)
        {
            Kill();
        }

        // Lets go of readers that wait for a place for what nobody wants any more.
        output.Writer.TryComplete();
        terminal?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<int> WaitAsync()
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Reads on a thread of its own: a pipe has no asynchronous read, and a blocked thread of the pool would be missed.</summary>
    private void Read(Stream stream, bool isError) =>
        new Thread(() => Pump(stream, isError), ReaderStack) { IsBackground = true, Name = "container output" }.Start();

    private void Pump(Stream stream, bool isError)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (stream.Read(buffer) is var count and > 0)
            {
                output.Writer.WriteAsync(new OutputChunk(buffer[..count], isError)).AsTask().Wait();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or AggregateException { InnerException: ChannelClosedException })
        {
            // A terminal whose programs have all ended says so with an error; a closed channel, that nobody listens.
        }
        finally
        {
            if (Interlocked.Decrement(ref open) == 0)
            {
                output.Writer.TryComplete();
            }
        }
    }
}
