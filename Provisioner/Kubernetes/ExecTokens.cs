using System.Collections.Concurrent;
using System.ComponentModel;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using k8s.Authentication;
using k8s.KubeConfigModels;

namespace Provisioner.Kubernetes;

/// <summary>Tokens from a kubeconfig's credential plugin, kept until shortly before they expire.</summary>
/// <remarks>KubernetesClient's own provider starts the plugin, which takes a second, while the client is made and for every client.</remarks>
internal sealed class ExecTokens : ITokenProvider
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    // Clusters of one account share their plugin's answer.
    private static readonly ConcurrentDictionary<string, ExecTokens> Known = new();

    private readonly ExternalExecution plugin;
    private readonly SemaphoreSlim one = new(1);
    private (string Token, DateTimeOffset Until)? current;

    private ExecTokens(ExternalExecution plugin) => this.plugin = plugin;

    public static ExecTokens Of(ExternalExecution plugin) => Known.GetOrAdd(
        string.Join('\n', [plugin.Command, .. plugin.Arguments ?? [], .. (plugin.EnvironmentVariables ?? []).Select(variable => $"{variable["name"]}={variable["value"]}")]),
        _ => new ExecTokens(plugin));

    public async Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            if (current is not { } known || known.Until <= DateTimeOffset.UtcNow)
            {
                current = known = await AskAsync(cancellationToken);
            }

            return new AuthenticationHeaderValue("Bearer", known.Token);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Drops a token that a server refused before its time.</summary>
    public void Forget() => current = null;

    private async Task<(string Token, DateTimeOffset Until)> AskAsync(CancellationToken cancellation)
    {
        BufferedCommandResult result;
        try
        {
            result = await Cli.Wrap(plugin.Command)
                .WithArguments(plugin.Arguments ?? [])
                .WithEnvironmentVariables(set =>
                {
                    foreach (var variable in plugin.EnvironmentVariables ?? [])
                    {
                        set.Set(variable["name"], variable["value"]);
                    }
                })
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(cancellation);
        }
        catch (Win32Exception)
        {
            throw new LabException($"{plugin.Command}, which gives the credentials for the clusters, is not on PATH", $"Install it: gcloud components install {plugin.Command}");
        }

        // {"kind":"ExecCredential","status":{"expirationTimestamp":"2026-11-25T20:00:00Z","token":"ya29.…"}}
        var status = result.ExitCode == 0 ? JsonNode.Parse(result.StandardOutput)?["status"] : null;
        if (status?["token"]?.ToString() is not { Length: > 0 } token)
        {
            throw new LabException(
                $"{plugin.Command} gives no token: {result.StandardError.Trim().ReplaceLineEndings(" ")}", "Log in again: gcloud auth login");
        }

        var until = DateTimeOffset.TryParse(status["expirationTimestamp"]?.ToString(), System.Globalization.CultureInfo.InvariantCulture, out var expiry)
            ? expiry - Margin
            : DateTimeOffset.UtcNow + TimeSpan.FromMinutes(30);
        return (token, until);
    }
}
