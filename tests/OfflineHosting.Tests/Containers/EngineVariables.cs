namespace OfflineHosting.Tests;

/// <summary>Tests that choose an engine by this process's variables, or use the one that they choose: one after the other.</summary>
internal static class EngineVariables
{
    public const string Collection = "engine variables";
}
