using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Provisioner.Api;
using Provisioner.State;

namespace AppHost.Running;

/// <summary>The provisioner's control API, which says where it is in <c>.lab/control.json</c>.</summary>
internal sealed class LabControl(string labDirectory) : IDisposable
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private volatile LabState? _current;

    /// <summary>The lab's state as last heard; null before the provisioner was heard, and after it is gone.</summary>
    public LabState? Current => _current;

    /// <summary>Every state of the lab, from the provisioner's start to its end.</summary>
    public async IAsyncEnumerable<LabState> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var answer = await GetAsync("/v1/state/watch", cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(body);
        try
        {
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                _current = JsonSerializer.Deserialize(line, ContractJson.Default.LabState)!;
                yield return _current;
            }
        }
        finally
        {
            _current = null;
        }
    }

    /// <summary>Lines of a workload's pods, as they are written.</summary>
    public async IAsyncEnumerable<string> LogsAsync(string cluster, string workload, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var answer = await GetAsync($"/v1/logs/{cluster}/{workload}", cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(body);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return line;
        }
    }

    /// <summary>Runs a verb and returns its last line; the ones before go to <paramref name="progress"/>.</summary>
    public async Task<CommandLine> RunAsync(string verb, CommandArguments arguments, Action<string> progress, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken, wait: false) is not { } control)
        {
            return new CommandLine("The provisioner does not run.", Done: true, Ok: false, Cure: "Start it in the dashboard.");
        }

        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(arguments, ContractJson.Default.CommandArguments));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = Request(control, HttpMethod.Post, $"/v1/commands/{verb}");
        request.Content = content;
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            return new CommandLine(await answer.Content.ReadAsStringAsync(cancellationToken), Done: true, Ok: false);
        }

        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellationToken) is { } text)
        {
            var line = JsonSerializer.Deserialize(text, ContractJson.Default.CommandLine)!;
            if (line.Done)
            {
                return line;
            }

            progress(line.Message);
        }

        return new CommandLine("The provisioner ended before the command did.", Done: true, Ok: false);
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancellationToken)
    {
        var control = await FindAsync(cancellationToken, wait: true);
        using var request = Request(control!, HttpMethod.Get, path);
        var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return answer.EnsureSuccessStatusCode();
    }

    private async Task<ControlFile?> FindAsync(CancellationToken cancellationToken, bool wait)
    {
        var path = Path.Combine(labDirectory, ControlFile.Name);
        while (true)
        {
            if (File.Exists(path))
            {
                return JsonSerializer.Deserialize(await File.ReadAllBytesAsync(path, cancellationToken), ContractJson.Default.ControlFile);
            }

            if (!wait)
            {
                return null;
            }

            await Task.Delay(s_poll, cancellationToken);
        }
    }

    private static HttpRequestMessage Request(ControlFile control, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(new Uri(control.Url), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", control.Token);
        return request;
    }
}
