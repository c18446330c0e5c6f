using Microsoft.Win32.SafeHandles;

namespace Emulator.Storage.Durability;

/// <summary>The file that records are appended to.</summary>
internal sealed class LogSegment : IDisposable
{
    private readonly SafeFileHandle handle;

    /// <param name="file">Made when it is not there.</param>
    /// <param name="length">What is good of it; the rest is cut off.</param>
    public LogSegment(string file, long length)
    {
        File = file;
        handle = System.IO.File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                System.IO.File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            if (RandomAccess.GetLength(handle) != length)
            {
                RandomAccess.SetLength(handle, length);
                RandomAccess.FlushToDisk(handle);
            }
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        Length = length;
    }

    public string File { get; }

    public long Length { get; private set; }

    /// <summary>Appends a frame whole, or leaves the file as it was.</summary>
    /// <exception cref="IOException">Such as a full disk.</exception>
    public void Append(ReadOnlySpan<byte> frame)
    {
        try
        {
            RandomAccess.Write(handle, frame, Length);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(handle, Length);
            throw;
        }

        Length += frame.Length;
    }

    /// <summary>Returns once all that was appended is on the disk.</summary>
    public void Flush() => RandomAccess.FlushToDisk(handle);

    public void Dispose() => handle.Dispose();
}
