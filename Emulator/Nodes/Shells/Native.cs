using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Emulator.Nodes;

/// <summary>The calls of Linux that .NET has no name for.</summary>
internal static class Native
{
    public const int Terminate = 15;
    public const int Kill = 9;
    private const int NetworkNamespace = 0x40000000;
    private const uint SetWindowSize = 0x5414;
    private const uint UnlockTerminal = 0x40045431;
    private const uint TerminalNumber = 0x80045430;

    /// <summary>Sends a signal; a process that is gone already is no fault.</summary>
    public static void Signal(int process, int signal) => _ = kill(process, signal);

    /// <summary>Moves the calling thread into another network namespace, for good.</summary>
    /// <exception cref="IOException">The namespace is gone, or not ours to enter.</exception>
    public static void EnterNetwork(int process)
    {
        using var handle = File.OpenHandle($"/proc/{process}/ns/net");
        Check(setns(handle, NetworkNamespace), "enter the network namespace of the pod");
    }

    /// <summary>Puts a file, a folder or a link, and not what it leads to, in the place of another.</summary>
    public static void Rename(string from, string to) => Check(rename(from, to), $"rename {from}");

    /// <summary>Readies a new pseudo terminal's other end; its number below /dev/pts.</summary>
    public static int Unlock(SafeFileHandle terminal)
    {
        var (zero, number) = (0, 0);
        Check(ioctl(terminal, UnlockTerminal, ref zero), "unlock a terminal");
        Check(ioctl(terminal, TerminalNumber, ref number), "number a terminal");
        return number;
    }

    /// <summary>Tells a terminal how large its window is; its programs get SIGWINCH.</summary>
    public static void Resize(SafeFileHandle terminal, int columns, int rows)
    {
        Span<byte> size = stackalloc byte[8];
        BitConverter.TryWriteBytes(size, (ushort)rows);
        BitConverter.TryWriteBytes(size[2..], (ushort)columns);
        _ = ioctl(terminal, SetWindowSize, ref MemoryMarshal.GetReference(size));
    }

    /// <summary>Sets a flag, an address or a mask of a network interface, by the numbers of <c>netdevice(7)</c>.</summary>
    public static void Configure(SafeHandle socket, uint request, byte[] interfaceRequest) =>
        Check(ioctl(socket, request, ref interfaceRequest[0]), "configure the loopback interface of the pod");

    private static void Check(int result, string what)
    {
        if (result < 0)
        {
            throw new IOException($"cannot {what}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);

    [DllImport("libc", SetLastError = true)]
    private static extern int rename([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport("libc", SetLastError = true)]
    private static extern int setns(SafeHandle handle, int kind);

    [DllImport("libc", SetLastError = true)]
    private static extern int ioctl(SafeHandle handle, nuint request, ref int value);

    [DllImport("libc", SetLastError = true)]
    private static extern int ioctl(SafeHandle handle, nuint request, ref byte value);
}
