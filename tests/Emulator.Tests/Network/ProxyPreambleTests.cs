using System.IO.Pipelines;
using System.Net;
using Emulator.Network;

namespace Emulator.Tests.Network;

public sealed class ProxyPreambleTests
{
    [Theory]
    [InlineData("10.10.0.5:41000", "10.20.3.7:8080", true)]
    [InlineData("10.10.0.5:41000", "10.20.3.7:8080", false)]
    [InlineData("[fd00::1]:41000", "[fd00::2]:8080", true)]
    public async Task What_is_written_is_read_back(string source, string destination, bool answer)
    {
        var written = new ProxyPreamble(IPEndPoint.Parse(source), IPEndPoint.Parse(destination), answer);

        Assert.Equal(written, await ProxyPreamble.ReadAsync(new MemoryStream(written.ToBytes()), CancellationToken.None));
    }

    [Fact]
    public async Task A_preamble_that_arrives_byte_by_byte_is_read_and_nothing_after_it()
    {
        var written = new ProxyPreamble(IPEndPoint.Parse("10.10.0.5:1"), IPEndPoint.Parse("10.20.0.1:80"), WantsAnswer: false);
        var pipe = new Pipe();
        var reading = ProxyPreamble.ReadAsync(pipe.Reader.AsStream(), CancellationToken.None);
        foreach (var one in written.ToBytes())
        {
            await pipe.Writer.WriteAsync(new[] { one });
        }

        await pipe.Writer.WriteAsync("GET"u8.ToArray());
        Assert.Equal(written, await reading);
        Assert.Equal((byte)'G', pipe.Reader.AsStream().ReadByte());
    }

    [Fact]
    public async Task Garbage_and_torn_preambles_are_refused()
    {
        var whole = new ProxyPreamble(IPEndPoint.Parse("10.10.0.5:1"), IPEndPoint.Parse("10.20.0.1:80"), WantsAnswer: false).ToBytes();
        var tooLong = whole.ToArray();
        tooLong[14] = 0xFF;
        var tooShort = whole.ToArray();
        tooShort[15] = 3;
        foreach (var bytes in new[] { [], "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), whole[..20], whole[..3], tooLong, tooShort })
        {
            Assert.Null(await ProxyPreamble.ReadAsync(new MemoryStream(bytes), CancellationToken.None));
        }
    }
}
