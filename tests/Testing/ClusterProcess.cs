using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Testing;

/// <summary>One embedded cluster in a process of its own, without a lab around it.</summary>
public sealed partial class ClusterProcess : IAsyncDisposable
{
    /// <summary>A token of the cluster's administrator.</summary>
    public const string Token = "test-admin";

    private readonly StringBuilder output = new();
    private HttpClient? admin;

    private ClusterProcess(Process process, string state)
    {
        Process = process;
        State = state;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Process Process { get; }

    /// <summary>The cluster's state folder.</summary>
    public string State { get; }

    public string Kubeconfig => Path.Combine(State, "kubeconfig");

    public Uri Url => new(ReadyLine().Match(Output).Groups[1].Value);

    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>A client with the administrator's token that takes any certificate: loopback only.</summary>
    public HttpClient Admin => admin ??= Client();

    /// <summary>Starts a cluster with one node on a free port, and returns at once.</summary>
    /// <param name="state">Its state folder; made when it is not there.</param>
    /// <param name="more">Further arguments, such as <c>--keep</c>.</param>
    public static ClusterProcess Start(string state, params string[] more)
    {
        Directory.CreateDirectory(state);
        var tokens = Path.Combine(Path.GetDirectoryName(state)!, "tokens.csv");
        File.WriteAllText(tokens, $"{Token},admin,1,\"system:masters\"\n");
        var start = new ProcessStartInfo(LabProcess.Program("Emulator")) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "--name", "us", "--cluster-name", "multi-cluster-demo-us", "--location", "us-central1-c", "--state-directory", state, "--token-auth-file", tokens, .. more,
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new ClusterProcess(Process.Start(start)!, state);
    }

    public Task ReadyAsync() => Eventually.HoldsAsync(
        () =>
        {
            Assert.False(Process.HasExited, $"The cluster ended with {(Process.HasExited ? Process.ExitCode : 0)}:\n{Output}");
            return ReadyLine().IsMatch(Output);
        },
        "the cluster is ready",
        TimeSpan.FromSeconds(60));

    public HttpClient Client(string? token = Token)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        var client = new HttpClient(handler) { BaseAddress = Url };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }

    /// <summary>Ends the process as a loss of power would: it gets no chance to finish anything.</summary>
    public async Task KillAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        admin?.Dispose();
        if (!Process.HasExited)
        {
            await KillAsync();
        }

        Process.Dispose();
    }

    private void Append(string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
        }
    }

    [GeneratedRegex(@"cluster us ready: (\S+)")]
    private static partial Regex ReadyLine();
}
