using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>One control loop: hears of changes, and brings one object at a time to where it should be.</summary>
internal interface IController
{
    string Name { get; }

    /// <summary>Says which changes put which keys into the queue.</summary>
    void Watch(Informers informers, WorkQueue queue);

    /// <summary>Compares what is with what should be, and does what is missing. Throwing means: again, later.</summary>
    ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation);
}
