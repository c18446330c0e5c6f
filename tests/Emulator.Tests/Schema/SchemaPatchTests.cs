using System.Text.Json.Nodes;
using Emulator.Schema.BuiltIn;
using Emulator.Schema.Patches;
using Emulator.Storage;

namespace Emulator.Tests.Schema;

/// <summary>Patches, case by case from folders of plain files.</summary>
public sealed class SchemaPatchTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Schema", "Golden");

    public static TheoryData<string> Cases => [.. Directory.EnumerateDirectories(Folder).Select(folder => Path.GetFileName(folder)!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_patch_makes_of_an_object_what_the_real_server_makes_of_it(string name)
    {
        var folder = Path.Combine(Folder, name);
        var node = Read(folder, "object.json").AsObject();
        var patch = Directory.EnumerateFiles(folder, "patch.*.json").Single();
        var body = JsonNode.Parse(File.ReadAllText(patch))!;
        var apiVersion = node["apiVersion"]!.GetValue<string>().Split('/');
        var patched = Path.GetFileName(patch).Split('.')[1] switch
        {
            "json" => JsonPatch.Apply(node, body.AsArray()),
            "merge" => MergePatch.Apply(node, body.AsObject()),
            _ => StrategicMergePatch.Apply(node, body.AsObject(), BuiltInSchemas.Find(apiVersion.Length == 1 ? "" : apiVersion[0], apiVersion[^1], node.Kind())!),
        };

        var expected = Read(folder, "expected.json");
        Assert.True(JsonNode.DeepEquals(expected, patched), $"expected {expected.ToJsonString()}, got {patched.ToJsonString()}");
    }

    [Theory]
    [InlineData("""[{"op":"test","path":"/data/x","value":"no"}]""")]
    [InlineData("""[{"op":"remove","path":"/data/nope"}]""")]
    [InlineData("""[{"op":"replace","path":"/nope/x","value":1}]""")]
    [InlineData("""[{"op":"frob","path":"/data"}]""")]
    public void An_operation_that_does_not_fit_is_refused_as_unprocessable(string patch)
    {
        var node = new JsonObject { ["data"] = new JsonObject { ["x"] = "1" } };

        var refusal = Assert.Throws<ApiException>(() => JsonPatch.Apply(node, JsonNode.Parse(patch)!.AsArray()));

        Assert.Equal((422, "Invalid", "the server rejected our request due to an error in our request"), (refusal.Code, refusal.Reason, refusal.Message));
    }

    private static JsonNode Read(string folder, string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!;
}
