using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Provisioner.State;

namespace Provisioner.Api;

/// <summary>Talks to the running provisioner of a lab.</summary>
public sealed class ControlClient : IDisposable
{
    private readonly HttpClient http;

    public ControlClient(ControlFile control)
    {
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(control.Url), Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", control.Token);
    }

    /// <summary>A client for the lab whose folder is given, or null when no lab runs there.</summary>
    public static ControlClient? TryOpen(string labDirectory) => ControlFiles.TryRead(labDirectory) is { } control ? new ControlClient(control) : null;

    public async Task<LabState> StateAsync(CancellationToken cancellation = default)
    {
        using var response = await http.GetAsync("/v1/state", cancellation);
        await EnsureAsync(response, cancellation);
        return Parse(await response.Content.ReadAsStringAsync(cancellation));
    }

    /// <summary>The state now and each newer one, until the provisioner ends.</summary>
    public async IAsyncEnumerable<LabState> WatchAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var line in LinesAsync("/v1/state/watch", cancellation))
        {
            yield return Parse(line);
        }
    }

    /// <summary>Follows the log of a workload: istiod, whereami or gateway.</summary>
    public IAsyncEnumerable<string> LogsAsync(string cluster, string workload, CancellationToken cancellation = default) =>
        LinesAsync($"/v1/logs/{Uri.EscapeDataString(cluster)}/{Uri.EscapeDataString(workload)}", cancellation);

    /// <summary>Runs a verb and gives its last line; <paramref name="say"/> gets the lines before it.</summary>
    public async Task<CommandLine> RunAsync(string verb, CommandArguments arguments, Action<string> say, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/commands/{Uri.EscapeDataString(verb)}");
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(arguments, LabJson.Default.CommandArguments));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation), Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellation) is { } text)
        {
            var line = JsonSerializer.Deserialize(text, LabJson.Default.CommandLine)!;
            if (line.Done)
            {
                return line;
            }

            say(line.Message);
        }

        return new CommandLine($"The lab ended while '{verb}' ran", Done: true, Ok: false, Cure: "Start it again: dotnet run --project AppHost");
    }

    public void Dispose() => http.Dispose();

    private async IAsyncEnumerable<string> LinesAsync(string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellation);
        await EnsureAsync(response, cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation), Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            yield return line;
        }
    }

    private static async Task EnsureAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            var text = await response.Content.ReadAsStringAsync(cancellation);
            throw new LabException($"The lab answered {(int)response.StatusCode}: {text}", "See: dotnet run --project Provisioner -- status");
        }
    }

    private static LabState Parse(string json) => JsonSerializer.Deserialize(json, LabJson.Default.LabState)!;
}
