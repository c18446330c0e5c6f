using Emulator.Storage;

namespace Emulator.Api.CustomResources;

/// <summary>When a CustomResourceDefinition is deleted, deletes its objects; when it is gone, stops serving its type.</summary>
internal sealed class CustomResourceCleaner(Registry registry, ILogger<CustomResourceCleaner> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (_, watch) = registry.Store.ListAndWatch(KnownTypes.CustomResourceDefinitions);
        using (watch)
        {
            await foreach (var change in watch.Reader.ReadAllAsync(stoppingToken))
            {
                try
                {
                    if (change.Type is StoreEventType.Deleted && DefinitionParser.Parse(change.Object.Copy()) is { } gone)
                    {
                        DeleteAll(gone);
                        if (registry.Find(KnownTypes.CustomResourceDefinitions, "", change.Object.Key.Name) is null)
                        {
                            registry.Catalog.Remove(gone.Type);
                        }
                    }
                }
                catch (ApiException refusal)
                {
                    logger.LogWarning("Objects of {Definition} stay: {Reason}", change.Object.Key.Name, refusal.Message);
                }
            }
        }
    }

    private void DeleteAll(ResourceDefinition definition)
    {
        foreach (var item in registry.Store.List(definition.Type).Items)
        {
            registry.Store.TryDelete(item.Key);
        }
    }
}
