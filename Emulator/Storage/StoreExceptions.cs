namespace Emulator.Storage;

/// <summary>A write expected another version than the stored one.</summary>
internal sealed class RevisionConflictException(ResourceKey key) : Exception($"{key} was changed since it was read")
{
    public ResourceKey Key => key;
}

/// <summary>The history no longer reaches back to the revision asked for (HTTP 410, reason Expired).</summary>
internal sealed class RevisionExpiredException(long asked, long oldest) : Exception($"too old resource version: {asked} ({oldest})");
