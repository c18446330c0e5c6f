namespace Emulator.Schema.Cel;

/// <summary>The expression of a rule, read once.</summary>
internal sealed class CelRule
{
    private static readonly BoundedCache<CelRule> Known = new(text => new CelRule(text));

    private CelRule(string source)
    {
        try
        {
            var node = CelParser.Parse(source);
            Unsupported = node.All.OfType<CelNode.Call>().FirstOrDefault(call => !CelFunctions.IsKnown(call)) is { } missing ? $"function {missing.Function}" : null;
            UsesOldSelf = node.All.Any(part => part is CelNode.Name { Text: "oldSelf" });
            Program = new CelProgram(node);
        }
        catch (CelException fault)
        {
            Unsupported = fault.Message;
        }
    }

    /// <summary>Why the rule cannot be held to, or null: it cannot be read, or uses a function that is not known.</summary>
    public string? Unsupported { get; }

    public bool UsesOldSelf { get; }

    public CelProgram? Program { get; }

    public static CelRule Of(string source) => Known.Get(source);
}
