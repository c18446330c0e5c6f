using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Network;
using Emulator.Storage;

namespace Emulator.Nodes.Samples;

/// <summary>Istio's tcp-echo-server: <c>args: ["9000,9001", "one"]</c> sends each line back with the word in front.</summary>
internal sealed class TcpEchoImage : IContainerImage
{
    public bool Matches(string image, JsonObject container) => image.Split('/')[^1].Split(':', '@')[0] == "tcp-echo-server";

    public Task<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellation)
    {
        var arguments = (context.Container["args"] as JsonArray)?.Select(argument => argument.Text() ?? argument.AsLong()?.ToString(CultureInfo.InvariantCulture) ?? "").ToArray() ?? [];
        var ports = (arguments.Length > 0 ? arguments[0] : "9000").Split(',').Select(text => int.TryParse(text, CultureInfo.InvariantCulture, out var port) ? port : 0).ToArray();
        if (ports.Contains(0))
        {
            context.Log($"args are {string.Join(' ', arguments)}; expected ports and a word, such as 9000,9001 hello");
            return Task.FromResult<IRunningContainer>(new EndedContainer(1));
        }

        var prefix = Encoding.UTF8.GetBytes((arguments.Length > 1 ? arguments[1] : "hello") + " ");
        context.Log($"listening on {string.Join(", ", ports)}, prefix: {Encoding.UTF8.GetString(prefix)}");
        return Task.FromResult<IRunningContainer>(new TcpEcho(context, ports, prefix));
    }

    private sealed class TcpEcho : IRunningContainer
    {
        private const int MaximumLine = 64 * 1024;

        private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly PodInterface network;
        private readonly int[] ports;

        public TcpEcho(ContainerContext context, int[] ports, byte[] prefix)
        {
            network = context.Network;
            this.ports = ports;
            foreach (var port in ports)
            {
                network.Streams[port] = (stream, _) => EchoAsync(stream, prefix);
            }
        }

        public Task<int> Exited => exited.Task;

        public Task StopAsync(TimeSpan grace) => DisposeAsync().AsTask();

        public ValueTask DisposeAsync()
        {
            foreach (var port in ports)
            {
                network.Streams.TryRemove(port, out _);
            }

            exited.TrySetResult(0);
            return ValueTask.CompletedTask;
        }

        private static async Task EchoAsync(Stream stream, byte[] prefix)
        {
            var buffer = new byte[MaximumLine];
            var length = 0;
            int read;
            while (length < buffer.Length && (read = await stream.ReadAsync(buffer.AsMemory(length))) > 0)
            {
                length += read;
                int end;
                while ((end = buffer.AsSpan(0, length).IndexOf((byte)'\n')) >= 0)
                {
                    await stream.WriteAsync(prefix.Concat(buffer.Take(end + 1)).ToArray());
                    await stream.FlushAsync();
                    buffer.AsSpan(end + 1, length - end - 1).CopyTo(buffer);
                    length -= end + 1;
                }
            }
        }
    }
}
