using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.CustomResources;

/// <summary>Confirms CustomResourceDefinitions in their status; when one is deleted, deletes its objects and stops serving its type.</summary>
internal sealed class CustomResourceController(Registry registry, GroupServices services, TimeProvider time, ILogger<CustomResourceController> logger) : BackgroundService
{
    private static readonly WriteOptions Writer =
        new() { User = "system:apiserver", FieldManager = "kube-apiserver", ApiVersion = "apiextensions.k8s.io/v1" };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var (list, watch) = registry.Store.ListAndWatch(KnownTypes.CustomResourceDefinitions);
            using (watch)
            {
                foreach (var item in list.Items)
                {
                    Handle(new StoreEvent(StoreEventType.Added, item, null));
                }

                await foreach (var change in watch.Reader.ReadAllAsync(stoppingToken))
                {
                    Handle(change);
                }
            }
        }
    }

    private void Handle(StoreEvent change)
    {
        try
        {
            if (change.Type is StoreEventType.Deleted)
            {
                Remove(change.Object);
            }
            else
            {
                Confirm(change.Object);
            }
        }
        catch (ApiException refusal) when (refusal.Code == 404)
        {
            // The definition was deleted meanwhile; that change comes next.
        }
        catch (Exception fault) when (fault is ApiException or InvalidOperationException)
        {
            logger.LogWarning("CustomResourceDefinition {Name}: {Reason}", change.Object.Key.Name, fault.Message);
        }
    }

    private void Confirm(StoredObject definition)
    {
        var node = definition.Node;
        if (DefinitionParser.Parse(definition.Copy()) is not { } served)
        {
            return;
        }

        services.Add(served);
        if (node["status"]?["conditions"] is JsonArray { Count: > 0 } && JsonNode.DeepEquals(node["status"]!["acceptedNames"], node["spec"]?["names"]))
        {
            return;
        }

        registry.Update(
            KnownTypes.CustomResourceDefinitions,
            "",
            definition.Key.Name,
            current =>
            {
                var status = current["status"] as JsonObject ?? (JsonObject)(current["status"] = new JsonObject());
                status["acceptedNames"] = current["spec"]!["names"]!.DeepClone();
                if (status["conditions"] is not JsonArray { Count: > 0 })
                {
                    status["conditions"] = new JsonArray(
                        Condition("NamesAccepted", "NoConflicts", "no conflicts found"),
                        Condition("Established", "InitialNamesAccepted", "the initial names have been accepted"));
                }

                return current;
            },
            Writer,
            "status");
    }

    private void Remove(StoredObject definition)
    {
        if (DefinitionParser.Parse(definition.Copy()) is not { } gone || registry.Find(KnownTypes.CustomResourceDefinitions, "", definition.Key.Name) is not null)
        {
            return;
        }

        registry.Catalog.Remove(gone.Type);
        services.Remove(gone);
        foreach (var item in registry.Store.List(gone.Type).Items)
        {
            registry.Store.TryDelete(item.Key);
        }
    }

    private JsonObject Condition(string type, string reason, string message) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["lastTransitionTime"] = Registry.Timestamp(time.GetUtcNow()),
        ["reason"] = reason,
        ["message"] = message,
    };
}
