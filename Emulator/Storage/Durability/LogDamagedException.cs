namespace Emulator.Storage.Durability;

/// <summary>What was kept of a cluster cannot be read; the message names the file, the place and the cure.</summary>
internal sealed class LogDamagedException(string file, string found) : IOException(
    $"The cluster's state in {file} is damaged: {found}. Nothing was changed. Put back an undamaged copy of the folder {Path.GetDirectoryName(file)}, "
    + "or remove that folder to start with an empty cluster.");
