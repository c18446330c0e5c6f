using System.Buffers;

namespace Emulator.Network;

/// <summary>Buffers for Kestrel, which asks for "any size" with 0 and expects room; the shared pool gives an empty buffer for that.</summary>
internal sealed class PageMemoryPool : MemoryPool<byte>
{
    private const int Page = 4096;

    public static readonly PageMemoryPool Instance = new();

    public override int MaxBufferSize => Shared.MaxBufferSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(Math.Max(minBufferSize, Page));

    protected override void Dispose(bool disposing)
    {
    }
}
