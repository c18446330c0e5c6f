using System.Text.Json;
using Provisioner.Plan;

namespace Provisioner.Tools.Gcloud;

/// <summary>The variables that gcloud, and what it calls, run with.</summary>
/// <remarks>A rehearsal's gcloud sees nothing of the user's configuration: it could otherwise reach Google with the user's account.</remarks>
internal sealed class GcloudEnvironment(CloudPlan plan)
{
    public const string Prefix = "CLOUDSDK_";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private IReadOnlyDictionary<string, string?>? variables;

    public bool IsRehearsal => plan.RehearsalDirectory is not null;

    /// <summary>What differs from this process's own environment; null takes a variable away.</summary>
    /// <exception cref="LabException">The emulator of the Google APIs does not say where it listens.</exception>
    public async Task<IReadOnlyDictionary<string, string?>> VariablesAsync(CancellationToken cancellation) =>
        variables ??= plan.RehearsalDirectory is { } directory
            ? await RehearsalAsync(Path.Combine(directory, "environment.json"), cancellation)
            : new Dictionary<string, string?> { ["CLOUDSDK_CORE_DISABLE_PROMPTS"] = "1" };

    /// <summary>Where an API is called, such as <c>container</c>; the real address unless rehearsed, or the user's gcloud is told another.</summary>
    public async Task<Uri?> EndpointAsync(string api, CancellationToken cancellation)
    {
        var name = $"{Prefix}API_ENDPOINT_OVERRIDES_{api.ToUpperInvariant()}";
        var given = (await VariablesAsync(cancellation)).GetValueOrDefault(name) ?? (IsRehearsal ? null : Environment.GetEnvironmentVariable(name));
        return given is not null ? new Uri(given) : IsRehearsal ? null : new Uri($"https://{api}.googleapis.com/");
    }

    private static async Task<IReadOnlyDictionary<string, string?>> RehearsalAsync(string path, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            while (!File.Exists(path))
            {
                await Task.Delay(Pause, patience.Token);
            }

            var given = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(path, patience.Token), GcloudJson.Default.DictionaryStringString) ?? [];
            var result = Environment.GetEnvironmentVariables().Keys.Cast<string>()
                .Where(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                .ToDictionary(name => name, _ => (string?)null);
            foreach (var (name, value) in given)
            {
                result[name] = value;
            }

            return result;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new LabException(
                $"the rehearsal's Google APIs have not started: there is no {path} after {Patience.TotalSeconds:0} s", "Look at the log of 'google'");
        }
        catch (JsonException e)
        {
            throw new LabException($"{path} is not a set of variables: {e.Message}", "Start the rehearsal again: dotnet run --project AppHost -- --cloud --rehearse");
        }
    }
}
