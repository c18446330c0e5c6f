using System.Text.Json.Nodes;
using Emulator.Schema.BuiltIn;
using Emulator.Schema.Model;
using Emulator.Schema.Ownership;
using Emulator.Schema.Patches;
using Emulator.Storage;
using FsCheck.Xunit;

namespace Emulator.Tests.Schema;

/// <summary>What holds for all patches and all applied configurations.</summary>
public sealed class SchemaPropertyTests
{
    private const string Now = "2030-01-01T00:00:00Z";

    private static readonly SchemaNode ConfigMaps = BuiltInSchemas.Find("", "v1", "ConfigMap")!;

    [Property]
    public bool A_merge_patch_applied_twice_changes_nothing_more((byte Key, byte? Value)[] before, (byte Key, byte? Value)[] patch)
    {
        var once = MergePatch.Apply(Data(before), Data(patch));
        var twice = MergePatch.Apply((JsonObject)once.DeepClone(), Data(patch));
        return JsonNode.DeepEquals(once, twice);
    }

    [Property]
    public bool Who_applies_owns_what_was_applied_and_loses_what_is_left_out((byte Key, byte Value)[] first, (byte Key, byte Value)[] second)
    {
        var live = Apply(null, first, "one", force: false);
        var next = Apply(live, second, "one", force: false);
        return Keys(next).SetEquals(second.Select(entry => $"k{entry.Key}")) && Owned(next, "one").SetEquals(Keys(next));
    }

    [Property]
    public bool Forcing_leaves_every_field_of_a_conflict_with_one_owner((byte Key, byte Value)[] first, (byte Key, byte Value)[] second)
    {
        var live = Apply(null, first, "one", force: false);
        var next = Apply(live, second, "two", force: true);
        var shared = Owned(next, "one").Intersect(Owned(next, "two"));
        var agreed = first.ToLookup(entry => $"k{entry.Key}", entry => entry.Value);
        return Owned(next, "two").SetEquals(second.Select(entry => $"k{entry.Key}"))
            && shared.All(key => agreed[key].Last() == second.Last(entry => $"k{entry.Key}" == key).Value);
    }

    [Fact]
    public void An_apply_over_another_value_names_the_owner_and_the_field()
    {
        var live = Apply(null, [(1, 1)], "one", force: false);

        var refusal = Assert.Throws<ApiException>(() => Apply(live, [(1, 2)], "two", force: false));

        Assert.Equal("Apply failed with 1 conflict: conflict with \"one\": .data.k1", refusal.Message);
    }

    private static JsonObject Apply(JsonObject? live, (byte Key, byte Value)[] data, string manager, bool force)
    {
        var applied = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = "a" } };
        if (data.Length > 0)
        {
            applied["data"] = Entries(data.Select(entry => (entry.Key, (byte?)entry.Value)));
        }

        var writer = new ManagedEntry(manager, "Apply", "v1", "", null, new FieldSet());
        return ServerSideApply.Apply((JsonObject?)live?.DeepClone(), applied, ConfigMaps, writer, force, _ => false, Now);
    }

    private static HashSet<string> Keys(JsonObject node) => [.. (node["data"] as JsonObject ?? []).Select(entry => entry.Key)];

    private static HashSet<string> Owned(JsonObject node, string manager) =>
    [
        .. ManagedFields.Read(node["metadata"]?["managedFields"] as JsonArray).Where(entry => entry.Manager == manager)
            .SelectMany(entry => entry.Fields.Child("f:data")?.Children.Keys ?? []).Select(element => element[2..]),
    ];

    private static JsonObject Data(IEnumerable<(byte Key, byte? Value)> entries) => new() { ["data"] = Entries(entries) };

    private static JsonObject Entries(IEnumerable<(byte Key, byte? Value)> entries)
    {
        var data = new JsonObject();
        foreach (var (key, value) in entries)
        {
            data[$"k{key}"] = value is null ? null : JsonValue.Create($"v{value}");
        }

        return data;
    }
}
