using System.Text.Json.Nodes;

namespace Emulator.Schema.Ownership;

/// <summary>A set of paths into an object, as a tree of path elements in the notation of FieldsV1 (<c>f:name</c>, <c>k:{…}</c>, <c>v:…</c>, <c>i:n</c>).</summary>
/// <remarks>A node is a path; it is in the set when <see cref="Member"/>. Sets are built once and then shared: the operations make new ones.</remarks>
internal sealed class FieldSet
{
    private const string Self = ".";

    private Dictionary<string, FieldSet>? children;

    public bool Member { get; set; }

    public IReadOnlyDictionary<string, FieldSet> Children => children ?? (IReadOnlyDictionary<string, FieldSet>)EmptyChildren;

    public bool IsEmpty => !Member && (children is null || children.Count == 0);

    private static Dictionary<string, FieldSet> EmptyChildren { get; } = [];

    public static FieldSet Leaf() => new() { Member = true };

    public FieldSet? Child(string element) => children?.GetValueOrDefault(element);

    /// <summary>Puts a part below this path; empty parts are left out.</summary>
    public void Set(string element, FieldSet? part)
    {
        if (part is { IsEmpty: false })
        {
            (children ??= new Dictionary<string, FieldSet>(StringComparer.Ordinal))[element] = part;
        }
    }

    public void Remove(string element) => children?.Remove(element);

    public static FieldSet Parse(JsonObject fields, bool root = true)
    {
        var set = new FieldSet { Member = !root && (fields.Count == 0 || fields.ContainsKey(Self)) };
        foreach (var (element, value) in fields)
        {
            if (element != Self && value is JsonObject inner)
            {
                set.Set(element, Parse(inner, root: false));
            }
        }

        return set;
    }

    public JsonObject ToJson()
    {
        var node = new JsonObject();
        if (children is not null)
        {
            if (Member && children.Count > 0)
            {
                node[Self] = new JsonObject();
            }

            foreach (var (element, part) in children)
            {
                node[element] = part.ToJson();
            }
        }

        return node;
    }

    public static FieldSet Union(FieldSet left, FieldSet right)
    {
        var union = new FieldSet { Member = left.Member || right.Member };
        foreach (var (element, part) in left.Children)
        {
            union.Set(element, right.Child(element) is { } other ? Union(part, other) : part);
        }

        foreach (var (element, part) in right.Children)
        {
            if (left.Child(element) is null)
            {
                union.Set(element, part);
            }
        }

        return union;
    }

    public static FieldSet Difference(FieldSet left, FieldSet right)
    {
        var rest = new FieldSet { Member = left.Member && !right.Member };
        foreach (var (element, part) in left.Children)
        {
            rest.Set(element, right.Child(element) is { } other ? Difference(part, other) : part);
        }

        return rest;
    }

    public static FieldSet Intersection(FieldSet left, FieldSet right)
    {
        var common = new FieldSet { Member = left.Member && right.Member };
        foreach (var (element, part) in left.Children)
        {
            if (right.Child(element) is { } other)
            {
                common.Set(element, Intersection(part, other));
            }
        }

        return common;
    }

    /// <summary>The paths in it, in the order in which the real server lists conflicts: those at one level before those below.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        var sorted = Children.OrderBy(child => child.Key, StringComparer.Ordinal).Select(child => (Path: prefix + PathElement.Display(child.Key), child.Value)).ToList();
        return sorted.Where(child => child.Value.Member).Select(child => child.Path).Concat(sorted.SelectMany(child => child.Value.Paths(child.Path)));
    }
}
