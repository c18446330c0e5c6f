using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace GlobalIngress.Frontend;

/// <summary>What is done with a client's connection before its first request: TLS is told from plain text, and a half-closed one is kept.</summary>
internal static class ClientConnections
{
    private const byte TlsHandshake = 0x16;

    // What Kestrel gives a connection between requests.
    private static readonly TimeSpan FirstByteTime = TimeSpan.FromSeconds(130);

    /// <summary>Serves HTTP and HTTPS on one listener: a lab that may not have ports 80 and 443 has both on the port that it has.</summary>
    public static void UseClients(this ListenOptions listen, TlsFrontend tls)
    {
        // Kestrel decrypts all connections of a listener or none. The middleware behind its own is where plain text goes on.
        ConnectionDelegate? decrypted = null;
        listen.Use(next => connection => ServeAsync(new ClientConnection(connection), tls, next, decrypted!));
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = context => ValueTask.FromResult(tls.Options(context.ClientHelloInfo.ServerName)) });
        listen.Use(next => decrypted = next);
    }

    private static async Task ServeAsync(ClientConnection connection, TlsFrontend tls, ConnectionDelegate encrypted, ConnectionDelegate plain)
    {
        if (await StartsWithTlsAsync(connection) is not { } isTls)
        {
            return;
        }

        var port = (connection.LocalEndPoint as IPEndPoint)?.Port;
        if (isTls ? !tls.IsEnabled || port == VirtualIp.HttpPort : port == VirtualIp.HttpsPort)
        {
            connection.Abort(new ConnectionAbortedException("The port does not speak this protocol"));
            return;
        }

        await (isTls ? encrypted : plain)(connection);
    }

    /// <summary>Null where the client left, or stayed silent, before it sent anything.</summary>
    private static async ValueTask<bool?> StartsWithTlsAsync(ClientConnection connection)
    {
        using var deadline = new CancellationTokenSource(FirstByteTime);
        try
        {
            var read = await connection.Transport.Input.ReadAsync(deadline.Token);
            bool? found = read.Buffer.IsEmpty ? null : read.Buffer.FirstSpan[0] == TlsHandshake;
            connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
            return found;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return null;
        }
    }
}
