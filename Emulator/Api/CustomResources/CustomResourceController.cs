using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.CustomResources;

/// <summary>Confirms CustomResourceDefinitions in their status; when one is gone, stops serving its type.</summary>
internal sealed class CustomResourceController(
    Registry registry, GroupServices services, CustomResourceCleanup cleanup, TimeProvider time, ILogger<CustomResourceController> logger) : BackgroundService
{
    private static readonly WriteOptions Writer =
        new() { User = "system:apiserver", FieldManager = "kube-apiserver", ApiVersion = "apiextensions.k8s.io/v1" };

    private const string Accepted = "NamesAccepted";
    private const string Established = "Established";
    private const string NoConflicts = "no conflicts found";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var (list, watch) = registry.Store.ListAndWatch(KnownTypes.CustomResourceDefinitions);
            using (watch)
            {
                foreach (var item in list.Items)
                {
                    Handle(new StoreEvent(StoreEventType.Added, item, null), stoppingToken);
                }

                await foreach (var change in watch.Reader.ReadAllAsync(stoppingToken))
                {
                    Handle(change, stoppingToken);
                }
            }
        }
    }

    private void Handle(StoreEvent change, CancellationToken stoppingToken)
    {
        try
        {
            if (change.Type is StoreEventType.Deleted)
            {
                cleanup.Forget(change.Object);
                Remove(change.Object);
            }
            else if (change.Object.Node.IsDeleting() && DefinitionParser.Parse(change.Object.Copy()) is { } going)
            {
                cleanup.Start(change.Object, going.Type, stoppingToken);
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

        var names = NameConflicts.Find(served, node["spec"]!["names"]!.AsObject(), registry.Catalog);
        if (names.Reason is null)
        {
            if (registry.Catalog.Find(served.Type) is null)
            {
                registry.Catalog.Set(served);
            }

            services.Add(served);
        }

        if (IsSaid(node, names))
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
                status["acceptedNames"] = names.Accepted.DeepClone();
                SetConditions(status, names);
                return current;
            },
            Writer,
            "status");
    }

    private static bool IsSaid(JsonObject node, NameConflicts names)
    {
        var said = (node["status"]?["conditions"] as JsonArray)?.FirstOrDefault(condition => condition?["type"]?.GetValue<string>() == Accepted);
        return said?["status"]?.GetValue<string>() == (names.Reason is null ? "True" : "False") && said["message"]?.GetValue<string>() == (names.Reason is null ? NoConflicts : names.Message)
            && JsonNode.DeepEquals(node["status"]!["acceptedNames"], names.Accepted);
    }

    private void SetConditions(JsonObject status, NameConflicts names)
    {
        var known = (status["conditions"] as JsonArray ?? []).OfType<JsonObject>().ToDictionary(condition => condition["type"]!.GetValue<string>());
        var said = known.GetValueOrDefault(Accepted);
        if (said?["message"]?.GetValue<string>() != (names.Reason is null ? NoConflicts : names.Message))
        {
            said = names.Reason is null ? Condition(Accepted, "True", "NoConflicts", NoConflicts) : Condition(Accepted, "False", names.Reason, names.Message);
        }

        // A type that is served stays so, whatever names it asks for later.
        var served = known.GetValueOrDefault(Established);
        if (served?["status"]?.GetValue<string>() != "True")
        {
            served = names.Reason is null
                ? Condition(Established, "True", "InitialNamesAccepted", "the initial names have been accepted")
                : Condition(Established, "False", "NotAccepted", "not all names are accepted");
        }

        status["conditions"] = new JsonArray(said!.DeepClone(), served!.DeepClone());
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

        // Its names are free for those that waited for them.
        foreach (var other in registry.Store.List(KnownTypes.CustomResourceDefinitions).Items)
        {
            Confirm(other);
        }
    }

    private JsonObject Condition(string type, string status, string reason, string message) => new()
    {
        ["type"] = type,
        ["status"] = status,
        ["lastTransitionTime"] = Registry.Timestamp(time.GetUtcNow()),
        ["reason"] = reason,
        ["message"] = message,
    };
}
