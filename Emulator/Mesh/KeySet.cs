namespace Emulator.Mesh;

/// <summary>What an address of keys answered.</summary>
/// <param name="Keys">A JSON Web Key Set; null while there was none yet.</param>
/// <param name="Problem">Why the last attempt failed; null: it did not.</param>
internal sealed record KeySet(string? Keys, string? Problem);
