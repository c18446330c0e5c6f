namespace Emulator.Storage;

internal enum StoreEventType
{
    Added,
    Modified,
    Deleted,
}

/// <summary>One committed change. For <see cref="StoreEventType.Deleted"/>, <see cref="Object"/> is the last state, with the revision of the deletion.</summary>
internal sealed record StoreEvent(StoreEventType Type, StoredObject Object, StoredObject? Previous)
{
    public long Revision => Object.Revision;
}
