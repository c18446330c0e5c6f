using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Emulator.DataPlane.Identity;
using Emulator.Mesh;
using Emulator.Tests.Mesh;

namespace Emulator.Tests.DataPlane;

/// <summary>Mutual TLS between clusters whose authorities are two intermediates of one root.</summary>
public sealed class WorkloadTlsTests
{
    [Fact]
    public async Task Every_new_connection_between_two_clusters_is_trusted_not_only_the_first()
    {
        var root = TestAuthority.CreateRoot();
        var caller = new WorkloadTls(Issue(root, "caller"));
        var serving = new WorkloadTls(Issue(root, "serving"));
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        for (var i = 0; i < 6; i++)
        {
            var accepting = ServeAsync(listener, serving);
            using var client = new TcpClient();
            await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(caller.Client(["spiffe://cluster.local/ns/shop/sa/serving"], "outbound_.80_._.serving.shop.svc.cluster.local", SslApplicationProtocol.Http11), TestContext.Current.CancellationToken);
            await tls.WriteAsync(new byte[] { 7 }, TestContext.Current.CancellationToken);

            // With TLS 1.3 a client learns only by reading that its certificate was refused; and it is with the answer that it gets what it could resume by.
            var answer = new byte[1];
            await tls.ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
            Assert.Equal(7, answer[0]);
            await accepting;
        }

        listener.Stop();
    }

    private static MeshIdentity Issue(System.Security.Cryptography.X509Certificates.X509Certificate2 root, string account) =>
        TestAuthority.CreateIntermediate(root).Issue("cluster.local", "shop", account, TimeProvider.System);

    private static async Task ServeAsync(TcpListener listener, WorkloadTls serving)
    {
        using var accepted = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(accepted.GetStream());
        await tls.AuthenticateAsServerAsync(serving.Server);
        var asked = new byte[1];
        await tls.ReadExactlyAsync(asked);
        await tls.WriteAsync(asked);
    }
}
