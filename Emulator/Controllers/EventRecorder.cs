using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Writes Events, counting repetitions in one object as client-go's recorder does.</summary>
/// <remarks>Events are written behind the caller's back, so that no control loop waits for them.</remarks>
internal sealed class EventRecorder(Registry registry, TimeProvider time, ILogger<EventRecorder> logger) : BackgroundService
{
    private const int RememberedEvents = 4096;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    // A burst beyond this loses its oldest entries: events are hints, and memory is bounded.
    private readonly Channel<Occurrence> queue =
        Channel.CreateBounded<Occurrence>(new BoundedChannelOptions(20_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly ConcurrentDictionary<Occurrence, string> names = new();

    public void Normal(JsonObject about, string component, string reason, string message, string? host = null, string? fieldPath = null) =>
        Record(about, "Normal", component, reason, message, host, fieldPath);

    public void Warning(JsonObject about, string component, string reason, string message, string? host = null, string? fieldPath = null) =>
        Record(about, "Warning", component, reason, message, host, fieldPath);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var expiry = time.CreateTimer(_ => Expire(), null, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5));
        await foreach (var occurrence in queue.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                Write(occurrence);
            }
            catch (ApiException e)
            {
                // The namespace is being deleted, or the object's event went: an event is not worth more than one attempt.
                logger.LogDebug("Event {Reason} on {Name}: {Message}", occurrence.Reason, occurrence.Name, e.Message);
            }
        }
    }

    private void Record(JsonObject about, string type, string component, string reason, string message, string? host, string? fieldPath)
    {
        var apiVersion = about["apiVersion"].Text() ?? "v1";
        queue.Writer.TryWrite(new Occurrence(
            apiVersion, about.Kind(), about.Namespace(), about.Name(), about.Uid(), fieldPath, type, component, host ?? "", reason, message));
    }

    private void Write(Occurrence occurrence)
    {
        var now = Registry.Timestamp(time.GetUtcNow());
        var ns = occurrence.Namespace.Length == 0 ? "default" : occurrence.Namespace;
        var options = WriteOptions.System with { FieldManager = Manager(occurrence.Component) };
        if (names.TryGetValue(occurrence, out var known) && registry.Find(KnownTypes.Events, ns, known) is not null)
        {
            registry.Update(
                KnownTypes.Events,
                ns,
                known,
                node =>
                {
                    node["count"] = node["count"].Int() + 1;
                    node["lastTimestamp"] = now;
                    return node;
                },
                options);
            return;
        }

        if (names.Count > RememberedEvents)
        {
            names.Clear();
        }

        var unique = $"{occurrence.Name}.{time.GetUtcNow().Ticks.ToString("x16", CultureInfo.InvariantCulture)}";
        var created = registry.Create(KnownTypes.Events, Describe(occurrence, ns, unique, now), options);
        names[occurrence] = created.Key.Name;
    }

    private static JsonObject Describe(Occurrence occurrence, string ns, string name, string now)
    {
        var involved = new JsonObject { ["kind"] = occurrence.Kind };
        if (occurrence.Namespace.Length > 0)
        {
            involved["namespace"] = occurrence.Namespace;
        }

        involved["name"] = occurrence.Name;
        involved["uid"] = occurrence.Uid;
        involved["apiVersion"] = occurrence.ApiVersion;
        if (occurrence.FieldPath is not null)
        {
            involved["fieldPath"] = occurrence.FieldPath;
        }

        var source = new JsonObject { ["component"] = occurrence.Component };
        if (occurrence.Host.Length > 0)
        {
            source["host"] = occurrence.Host;
        }

        return new JsonObject
        {
            ["kind"] = "Event",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
            ["involvedObject"] = involved,
            ["reason"] = occurrence.Reason,
            ["message"] = occurrence.Message,
            ["source"] = source,
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["count"] = 1,
            ["type"] = occurrence.Type,
            ["eventTime"] = null,
            ["reportingComponent"] = occurrence.Component,
            ["reportingInstance"] = occurrence.Host,
        };
    }

    private static string Manager(string component) => component switch
    {
        "kubelet" => "kubelet",
        "default-scheduler" => "kube-scheduler",
        _ => "kube-controller-manager",
    };

    private void Expire()
    {
        var oldest = time.GetUtcNow() - Lifetime;
        foreach (var stored in registry.Store.List(KnownTypes.Events).Items)
        {
            var last = stored.Node["lastTimestamp"].Time() ?? stored.Node["eventTime"].Time() ?? stored.Node["metadata"]?["creationTimestamp"].Time();
            if (last < oldest)
            {
                registry.Store.TryDelete(stored.Key);
            }
        }
    }

    private sealed record Occurrence(
        string ApiVersion, string Kind, string Namespace, string Name, string Uid, string? FieldPath,
        string Type, string Component, string Host, string Reason, string Message);
}
