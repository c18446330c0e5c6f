using System.Globalization;
using AppHost.Resources;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Provisioner.State;

namespace AppHost.Running;

/// <summary>Shows a lab on Google Cloud: the state of its clusters with what is under way, each call of gcloud, and the cost so far.</summary>
internal sealed class CloudMirror(DistributedApplication application, IReadOnlyList<IResource> resources, string labDirectory)
{
    private const string CallsFile = "gcloud.log";

    private readonly Dictionary<string, string> _shown = [];
    private long _read;

    public async Task ShowAsync(LabState state)
    {
        foreach (var cluster in resources.OfType<CloudClusterResource>())
        {
            var health = state.ClustersHealth.FirstOrDefault(each => each.Name == cluster.Name);
            // While there is no API yet, what the stages wait for is the news.
            var doing = state.Stages.FirstOrDefault(stage => stage.State == StageStates.Running && stage.Name == $"cluster {cluster.Name}")?.Message;
            var message = health is { Ready: true } ? "ready" : doing ?? health?.Message ?? "";
            var shown = health is { Ready: true } ? KnownResourceStates.Running : doing is null ? KnownResourceStates.NotStarted : KnownResourceStates.Starting;
            await PublishAsync(cluster, shown, ("message", message));
        }

        if (resources.OfType<GcloudResource>().FirstOrDefault() is { } gcloud)
        {
            if (state.Cloud is { } cloud)
            {
                await PublishAsync(
                    gcloud,
                    KnownResourceStates.Running,
                    ("calls", $"{cloud.Calls}"),
                    ("cost so far", Dollars(cloud.CostSoFar)),
                    ("cost per hour", Dollars(cloud.CostPerHour)));
            }

            LogCalls(gcloud);
        }
    }

    private static string Dollars(double amount) => string.Create(CultureInfo.InvariantCulture, $"about ${amount:0.00}");

    private async Task PublishAsync(IResource resource, string state, params (string Name, string Value)[] properties)
    {
        var shown = $"{state} {string.Join(' ', properties)}";
        if (_shown.GetValueOrDefault(resource.Name) == shown)
        {
            return;
        }

        _shown[resource.Name] = shown;
        await application.ResourceNotifications.PublishUpdateAsync(resource, old => old with
        {
            State = state,
            StartTimeStamp = state == KnownResourceStates.Running ? old.StartTimeStamp ?? DateTime.UtcNow : old.StartTimeStamp,
            Properties =
            [
                .. old.Properties.Where(property => !properties.Any(each => each.Name == property.Name)),
                .. properties.Select(property => new ResourcePropertySnapshot(property.Name, property.Value)),
            ],
        });
    }

    private void LogCalls(GcloudResource gcloud)
    {
        try
        {
            using var file = new FileStream(Path.Combine(labDirectory, CallsFile), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Seek(_read, SeekOrigin.Begin);
            using var reader = new StreamReader(file);
            var text = reader.ReadToEnd();
            // A line that is being written is read the next time.
            var whole = text[..(text.LastIndexOf('\n') + 1)];
            _read += System.Text.Encoding.UTF8.GetByteCount(whole);
            var logger = application.Services.GetRequiredService<ResourceLoggerService>().GetLogger(gcloud);
            foreach (var line in whole.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                logger.LogInformation("{Line}", line);
            }
        }
        catch (IOException)
        {
            // No call was made yet.
        }
    }
}
