using System.Text.Json.Nodes;
using Provisioner.Tools.Gcloud;

namespace Provisioner.Tests.Cloud;

/// <summary>gcloud's place in a test: records every argument list and sends the requests that gcloud 528 sends for it, without half a second of Python for each.</summary>
/// <remarks>That the real gcloud gets on with the same emulator is what GoogleEmulator.Tests and the rehearsals show.</remarks>
internal sealed class EmulatorGcloud(TestGoogle google) : IGcloudCli
{
    private readonly Lock gate = new();
    private readonly GcloudRequests requests = new(google);

    public string Version { get; set; } = "528.0.0";

    public bool LoggedIn { get; set; } = true;

    public bool Billing { get; set; } = true;

    /// <summary>The process ends once the call with this number has had its effect.</summary>
    public int? CutAfter { get; init; }

    public CancellationTokenSource Cut { get; } = new();

    public List<string> Calls { get; } = [];

    public async Task<GcloudResult> RunAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment, CancellationToken cancellation)
    {
        int number;
        lock (gate)
        {
            Cut.Token.ThrowIfCancellationRequested();
            Calls.Add(string.Join(' ', arguments));
            number = Calls.Count;
        }

        var result = await AnswerAsync(arguments, environment, cancellation);
        if (number == CutAfter)
        {
            await Cut.CancelAsync();
            throw new OperationCanceledException(Cut.Token);
        }

        return result;
    }

    private async Task<GcloudResult> AnswerAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment, CancellationToken cancellation)
    {
        try
        {
            return new GcloudResult(0, await OutputAsync(arguments, environment, cancellation), "");
        }
        catch (GoogleRefusal refusal)
        {
            var command = string.Join('.', arguments.TakeWhile(argument => !argument.StartsWith('-')).Take(arguments[1] == "fleet" ? 4 : 3));
            return new GcloudResult(1, "", $"ERROR: (gcloud.{command}) {refusal.Message}\n");
        }
        catch (HttpRequestException e)
        {
            return new GcloudResult(1, "", $"ERROR: gcloud crashed (ConnectionError): ('Connection aborted.', {e.Message})\n");
        }
    }

    private async Task<string> OutputAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment, CancellationToken cancellation)
    {
        string[] words = [.. arguments.TakeWhile(argument => !argument.StartsWith('-'))];
        var call = new GcloudCommand(words, arguments);
        JsonNode? output = words switch
        {
            ["version"] => new JsonObject { ["Google Cloud SDK"] = Version },
            ["auth", "list"] => new JsonArray(LoggedIn ? [new JsonObject { ["account"] = "me@example.com", ["status"] = "ACTIVE" }] : []),
            ["auth", "print-access-token"] => null,
            ["projects", "describe", var project] => await requests.GetAsync("cloudresourcemanager", $"v1/projects/{project}", cancellation),
            ["billing", "projects", "describe", var project] => await BillingAsync(project, cancellation),
            ["services", ..] => await requests.ServicesAsync(call, cancellation),
            ["container", "fleet", "memberships", ..] => await requests.MembershipsAsync(call, cancellation),
            ["container", "fleet", var feature, var verb] => await requests.FeatureAsync(call, feature, verb, cancellation),
            ["container", "clusters", "get-credentials", var name] => await CredentialsAsync(call, name, environment!["KUBECONFIG"]!, cancellation),
            ["container", ..] => await requests.ClustersAsync(call, cancellation),
            ["compute", ..] => await requests.ComputeAsync(call, cancellation),
            _ => throw new InvalidOperationException($"no requests are known for: gcloud {string.Join(' ', arguments)}"),
        };
        return words is ["auth", "print-access-token"] ? google.Token : output?.ToJsonString() ?? "";
    }

    private async Task<JsonObject> BillingAsync(string project, CancellationToken cancellation)
    {
        var info = await requests.GetAsync("cloudbilling", $"v1/projects/{project}/billingInfo", cancellation);
        info["billingEnabled"] = Billing;
        return info;
    }

    private async Task<JsonNode?> CredentialsAsync(GcloudCommand call, string name, string kubeconfig, CancellationToken cancellation)
    {
        var cluster = await requests.GetAsync("container", $"v1/projects/{call.Project}/locations/{call["location"]}/clusters/{name}", cancellation);
        await File.WriteAllTextAsync(
            kubeconfig,
            google.Kubernetes(name).Kubeconfig().Replace(google.Kubernetes(name).Url, $"https://{cluster["endpoint"]}", StringComparison.Ordinal),
            cancellation);
        return null;
    }
}
