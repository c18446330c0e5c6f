using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using GlobalIngress.Fleet;
using GlobalIngress.Kubernetes;

namespace GlobalIngress.Controller;

/// <summary>Tells the authors of objects what becomes of them, as Events in the config cluster.</summary>
internal sealed class EventRecorder(ConfigCluster config, TimeProvider time, ILogger<EventRecorder> logger)
{
    private const string Component = "multi-cluster-ingress-controller";
    private const int Remembered = 500;

    private readonly Channel<Entry> queue = Channel.CreateBounded<Entry>(new BoundedChannelOptions(500) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Dictionary<string, (string Name, int Count)> written = [];

    public void Normal(JsonObject about, string reason, string message) => queue.Writer.TryWrite(new Entry(about, "Normal", reason, message));

    public void Warning(JsonObject about, string reason, string message)
    {
        logger.LogWarning("{Kind} {Name}: {Message}", about.Text("kind"), about.Key(), message);
        queue.Writer.TryWrite(new Entry(about, "Warning", reason, message));
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var entry in queue.Reader.ReadAllAsync(cancellation))
        {
            try
            {
                await WriteAsync(entry, cancellation);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                logger.LogDebug("Event about {Name} is lost: {Problem}", entry.About.Key(), error.Message);
            }
        }
    }

    private async Task WriteAsync(Entry entry, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var ns = entry.About.Namespace();
        var key = $"{entry.About.Object("metadata").Text("uid")}/{entry.Reason}/{entry.Message}";
        if (written.TryGetValue(key, out var before))
        {
            var repeated = new JsonObject { ["count"] = before.Count + 1, ["lastTimestamp"] = now };
            if (await config.Client().PatchAsync(KubeResource.Events, ns, before.Name, repeated, cancellation) is not null)
            {
                written[key] = (before.Name, before.Count + 1);
                return;
            }
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"{entry.About.Name()}.{Guid.NewGuid().ToString("N")[..16]}");
        var body = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
            ["involvedObject"] = new JsonObject
            {
                ["apiVersion"] = entry.About.Text("apiVersion"),
                ["kind"] = entry.About.Text("kind"),
                ["namespace"] = ns,
                ["name"] = entry.About.Name(),
                ["uid"] = entry.About.Object("metadata").Text("uid"),
                ["resourceVersion"] = entry.About.Object("metadata").Text("resourceVersion"),
            },
            ["reason"] = entry.Reason,
            ["message"] = entry.Message,
            ["type"] = entry.Type,
            ["source"] = new JsonObject { ["component"] = Component },
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["count"] = 1,
            ["eventTime"] = null,
            ["reportingComponent"] = Component,
            ["reportingInstance"] = "",
        };
        await config.Client().CreateAsync(KubeResource.Events, ns, body, cancellation);
        if (written.Count >= Remembered)
        {
            written.Clear();
        }

        written[key] = (name, 1);
    }

    private sealed record Entry(JsonObject About, string Type, string Reason, string Message);
}
