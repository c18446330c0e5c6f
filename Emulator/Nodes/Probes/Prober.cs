using System.Net.Sockets;
using System.Text.Json.Nodes;
using Emulator.Network;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Asks a container once how it is. Probes enter a pod behind its sidecar, as kubelet's do.</summary>
internal static class Prober
{
    /// <returns>What is wrong, or null when the probe succeeded.</returns>
    public static async Task<string?> ProbeAsync(
        JsonObject probe,
        JsonObject container,
        PodInterface pod,
        IRunningContainer process,
        Func<IReadOnlyList<string>, Task<CommandResult>> run,
        PodShells shells,
        CancellationToken cancellation)
    {
        var timeout = TimeSpan.FromSeconds(Math.Max(1, probe["timeoutSeconds"].Int(1)));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            var asked = probe["httpGet"] is JsonObject http ? HttpAsync(http, container, pod, process, limit.Token)
                : probe["tcpSocket"] is JsonObject tcp ? ConnectAsync(tcp["port"], container, pod, process, shells, limit.Token)
                : probe["grpc"] is JsonObject grpc ? ConnectAsync(grpc["port"], container, pod, process, shells, limit.Token)
                : probe["exec"] is JsonObject exec ? ExecAsync(exec, run)
                : Task.FromResult<string?>("missing probe handler");
            return await asked.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return probe["httpGet"] is JsonObject http
                ? $"Get \"{Url(http, container, pod)}\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
                : $"command timed out after {timeout.TotalSeconds:0}s";
        }
    }

    private static async Task<string?> HttpAsync(
        JsonObject http, JsonObject container, PodInterface pod, IRunningContainer process, CancellationToken cancellation)
    {
        var url = Url(http, container, pod);
        if (Find(url.Port, pod, process) is not { } handler)
        {
            return $"Get \"{url}\": dial tcp {pod.Address}:{url.Port}: connect: connection refused";
        }

        var context = new DefaultHttpContext { RequestAborted = cancellation };
        var request = context.Request;
        request.Method = "GET";
        request.Scheme = url.Scheme;
        request.Host = new HostString(url.Host, url.Port);
        request.Path = PathString.FromUriComponent(url);
        request.QueryString = QueryString.FromUriComponent(url);
        request.Headers.UserAgent = "kube-probe/1.32";
        request.Headers.Accept = "*/*";
        foreach (var header in http["httpHeaders"].Items())
        {
            request.Headers[header["name"].Text() ?? ""] = header["value"].Text();
        }

        try
        {
            await handler(context);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return $"Get \"{url}\": EOF ({e.Message})";
        }

        return context.Response.StatusCode is >= 200 and < 400 ? null : $"HTTP probe failed with statuscode: {context.Response.StatusCode}";
    }

    private static async Task<string?> ConnectAsync(
        JsonNode? port, JsonObject container, PodInterface pod, IRunningContainer process, PodShells shells, CancellationToken cancellation)
    {
        var number = Port(port, container);
        if (shells.Listens(number))
        {
            try
            {
                await using var connected = await shells.ConnectAsync(number, cancellation);
                return null;
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                return $"dial tcp {pod.Address}:{number}: connect: connection refused";
            }
        }

        return Find(number, pod, process) is null && !pod.Streams.ContainsKey(number) ? $"dial tcp {pod.Address}:{number}: connect: connection refused" : null;
    }

    private static async Task<string?> ExecAsync(JsonObject exec, Func<IReadOnlyList<string>, Task<CommandResult>> run)
    {
        var result = await run([.. (exec["command"] as JsonArray)?.Select(part => part.Text() ?? "") ?? []]);
        return result.ExitCode == 0 ? null : result.Output;
    }

    private static RequestDelegate? Find(int port, PodInterface pod, IRunningContainer process) =>
        process.AdminPort(port) ?? (pod.Ports.TryGetValue(port, out var handler) ? handler : null);

    private static Uri Url(JsonObject http, JsonObject container, PodInterface pod)
    {
        var path = http["path"].Text() ?? "/";
        var host = http["host"].Text() is { Length: > 0 } given ? given : pod.Address.ToString();
        return new Uri($"{(http["scheme"].Text() ?? "HTTP").ToLowerInvariant()}://{host}:{Port(http["port"], container)}/{path.TrimStart('/')}");
    }

    private static int Port(JsonNode? port, JsonObject container) => (int?)port.AsLong()
        ?? container["ports"].Items().FirstOrDefault(item => item["name"].Text() == port.Text())?["containerPort"].Int()
        ?? (int.TryParse(port.Text(), out var number) ? number : 0);
}
