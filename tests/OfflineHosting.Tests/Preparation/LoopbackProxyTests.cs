using ServiceDefaults;

namespace OfflineHosting.Tests.Preparation;

public sealed class LoopbackProxyTests
{
    [Theory]
    [InlineData(null, "localhost,127.0.0.1,::1")]
    [InlineData("intranet.example, 127.0.0.1", "intranet.example,127.0.0.1,localhost,::1")]
    [InlineData("*", "*")]
    public void What_the_user_keeps_out_of_the_proxy_stays_out_and_loopback_joins_it(string? given, string expected) => Assert.Equal(expected, LoopbackProxy.With(given));
}
