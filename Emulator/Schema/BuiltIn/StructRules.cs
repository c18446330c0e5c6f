using System.Collections.Frozen;
using Emulator.Schema.Model;

namespace Emulator.Schema.BuiltIn;

/// <summary>Fields of built-in types that are required or never absent, from <c>structs.txt</c>.</summary>
/// <remarks>
/// One struct per line; <c>!</c>: required; <c>{}</c> or <c>=value</c>: what an absent field is written as; <c>~</c>: left out when zero;
/// <c>*</c>: a text kept when empty.
/// </remarks>
internal sealed record StructRules(
    IReadOnlyList<string> Required, IReadOnlyDictionary<string, ZeroValue> Zeros, IReadOnlySet<string> OmitsZero, IReadOnlySet<string> KeepsEmpty)
{
    private static readonly StructRules Nothing = new([], FrozenDictionary<string, ZeroValue>.Empty, FrozenSet<string>.Empty, FrozenSet<string>.Empty);

    private static readonly Lazy<Dictionary<string, string>> Lines = new(Load);

    /// <summary>The rules of a struct: those of the model's full name where several groups have a struct of that name.</summary>
    public static StructRules Find(string model, string name) =>
        Lines.Value.TryGetValue(model, out var line) || Lines.Value.TryGetValue(name, out line) ? Parse(line) : Nothing;

    private static StructRules Parse(string line)
    {
        var required = new List<string>();
        var zeros = new Dictionary<string, ZeroValue>();
        var omitted = new List<string>();
        var kept = new List<string>();
        foreach (var word in line.Split(' '))
        {
            var end = word.AsSpan().IndexOfAny("!={~*");
            var name = word[..end];
            var rest = word.AsSpan(end);
            if (rest[0] == '!')
            {
                required.Add(name);
                rest = rest[1..];
            }

            if (rest is "~")
            {
                omitted.Add(name);
            }
            else if (rest is "*")
            {
                kept.Add(name);
            }
            else if (rest.Length > 0)
            {
                zeros[name] = rest switch
                {
                    "{}" => ZeroValue.EmptyObject,
                    "=null" => ZeroValue.Null,
                    "=0" => ZeroValue.Zero,
                    "=false" => ZeroValue.False,
                    "=\"0\"" => ZeroValue.ZeroQuantity,
                    _ => ZeroValue.EmptyText,
                };
            }
        }

        return new StructRules(required, zeros.ToFrozenDictionary(), omitted.ToFrozenSet(), kept.ToFrozenSet());
    }

    private static Dictionary<string, string> Load()
    {
        using var stream = typeof(StructRules).Assembly.GetManifestResourceStream("structs.txt")
            ?? throw new InvalidOperationException("structs.txt is not embedded in this assembly");
        using var reader = new StreamReader(stream);
        var lines = new Dictionary<string, string>();
        while (reader.ReadLine() is { } line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            lines[line[..space]] = line[(space + 1)..];
        }

        return lines;
    }
}
