namespace Emulator.Storage;

internal enum WriteVerb
{
    Create,
    Update,
    Delete,
}
