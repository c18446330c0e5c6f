using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Provisioner.Tools.Gcloud.Answers;

namespace Provisioner.Tools.Gcloud;

/// <summary>gcloud with typed answers: failures are <see cref="GcloudException"/>s, a network that is away is waited for.</summary>
internal sealed class GcloudClient(IGcloudCli cli, TimeProvider time, ILogger<GcloudClient> log) : IDisposable
{
    /// <summary>How long a call is tried again while Google cannot be reached or another operation is in the way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, object> shared = new();
    private readonly CancellationTokenSource ending = new();

    public Task<GkeCluster[]> ClustersAsync(string project, CancellationToken cancellation) =>
        AskAsync(GcloudArguments.Clusters(project), GcloudJson.Default.GkeClusterArray, cancellation);

    public Task<FleetMembership[]> MembershipsAsync(string fleet, CancellationToken cancellation) =>
        AskAsync(GcloudArguments.Memberships(fleet), GcloudJson.Default.FleetMembershipArray, cancellation);

    /// <summary>The feature Service Mesh of the fleet, or null while it is not enabled.</summary>
    public Task<FleetFeature?> MeshAsync(string fleet, CancellationToken cancellation) => FeatureAsync(GcloudArguments.Mesh(fleet), cancellation);

    /// <summary>The feature Ingress of the fleet, or null while it is not enabled.</summary>
    public Task<FleetFeature?> IngressAsync(string fleet, CancellationToken cancellation) => FeatureAsync(GcloudArguments.Ingress(fleet), cancellation);

    public Task<FirewallRule[]> FirewallsAsync(string project, CancellationToken cancellation) =>
        AskAsync(GcloudArguments.Firewalls(project), GcloudJson.Default.FirewallRuleArray, cancellation);

    /// <summary>Asks; those who ask the same meanwhile get the same answer.</summary>
    public Task<T> AskAsync<T>(string[] arguments, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var query = (SharedQuery<T>)shared.GetOrAdd(
            string.Join('\0', arguments.Prepend(typeof(T).Name)), _ => new SharedQuery<T>(async () => Parse(arguments, await CallAsync(arguments, null, ending.Token), type), time));
        return query.AskAsync(cancellation);
    }

    /// <summary>Runs a command that changes something; what it is to make may be there already.</summary>
    /// <returns>Whether this call made it.</returns>
    public async Task<bool> MakeAsync(string[] arguments, CancellationToken cancellation)
    {
        try
        {
            await CallAsync(arguments, null, cancellation);
            return true;
        }
        catch (GcloudException e) when (e.Fault == GcloudFault.AlreadyExists)
        {
            return false;
        }
        finally
        {
            Forget();
        }
    }

    /// <summary>Runs a command that takes something away; it may be gone already.</summary>
    /// <returns>Whether this call took it away.</returns>
    public async Task<bool> RemoveAsync(string[] arguments, CancellationToken cancellation)
    {
        try
        {
            await CallAsync(arguments, null, cancellation);
            return true;
        }
        catch (GcloudException e) when (e.Fault == GcloudFault.NotFound)
        {
            return false;
        }
        finally
        {
            Forget();
        }
    }

    /// <summary>Runs a command and gives what it printed.</summary>
    /// <exception cref="GcloudException">It failed, or Google stayed out of reach.</exception>
    public async Task<string> CallAsync(string[] arguments, IReadOnlyDictionary<string, string?>? variables, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var result = await cli.RunAsync(arguments, variables, cancellation);
            if (result.ExitCode == 0)
            {
                return result.Output;
            }

            var failure = GcloudErrors.Explain(arguments, result);
            if (!failure.MayPass || time.GetElapsedTime(started) + pause > Patience)
            {
                throw failure;
            }

            log.LogWarning("{Message}; tried again in {Seconds:0} s", failure.Message, pause.TotalSeconds);
            await Task.Delay(pause, time, cancellation);
        }
    }

    public void Dispose()
    {
        ending.Cancel();
        ending.Dispose();
    }

    private async Task<FleetFeature?> FeatureAsync(string[] arguments, CancellationToken cancellation)
    {
        try
        {
            return await AskAsync(arguments, GcloudJson.Default.FleetFeature, cancellation);
        }
        catch (GcloudException e) when (e.Fault == GcloudFault.NotFound)
        {
            return null;
        }
    }

    // An answer that was under way when something changed would show it as it was.
    private void Forget() => shared.Clear();

    private static T Parse<T>(string[] arguments, string output, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(output, type) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new GcloudException(
                GcloudFault.Other, $"{GcloudLine.Of(arguments)} printed something else than expected: {e.Message}", "Update the Google Cloud CLI: gcloud components update");
        }
    }
}
