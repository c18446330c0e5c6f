using System.Text.Json.Nodes;
using Emulator.Schema.Cel;
using Emulator.Schema.Validation;

namespace Emulator.Tests.Schema;

/// <summary>What rules may cost, in the figures of the real server's own tests (k8s.io/apiextensions-apiserver, schema/cel/compilation_test.go).</summary>
public sealed class CelCostTests
{
    private const string Number = """{"type":"number"}""";
    private const string Text = """{"type":"string"}""";
    private const string Either = """{"x-kubernetes-int-or-string":true}""";
    private const string Wait = """{"type":"string","format":"duration"}""";
    private const string Date = """{"type":"string","format":"date"}""";
    private const string Time = """{"type":"string","format":"date-time"}""";

    [Theory]
    [InlineData("array", Number, "self.all(x, true)", 4718591, 10, 32)]
    [InlineData("array", Text, "self.all(x, true)", 3145727, 20, 62)]
    [InlineData("array", """{"type":"boolean"}""", "self.all(x, true)", 1887437, 5, 17)]
    [InlineData("array", """{"type":"array","items":{"type":"number"}}""", "self.all(x, true)", 3145727, 100, 302)]
    [InlineData("map", Number, "self.all(x, true)", 1348169, 10, 32)]
    [InlineData("map", Text, "self.all(x, true)", 1179647, 3, 11)]
    [InlineData("map", """{"type":"boolean"}""", "self.all(x, true)", 943718, 100, 302)]
    [InlineData("string", "", "self.contains('test')", 314574, 10, 5)]
    [InlineData("string", "", "self.startsWith('test')", 2, 15, 2)]
    [InlineData("string", "", "size(self + 'hello') > size('hello')", 314578, 4, 7)]
    [InlineData("array", Number, "self[1] == 0.0", 2, 5000, 2)]
    [InlineData("array", Text, "self[1] == self[1]", 314577, 8, 314577)]
    [InlineData("array", Number, "self.all(x, self.all(y, true))", 0, 10, 352)]
    [InlineData("array", Number, "self.all(x, self.all(y, self.all(z, true)))", 0, 10, 3552)]
    [InlineData("string", "", "self.matches('x')", 314574, 50, 22)]
    [InlineData("string", "", "''.matches('(((((((((())))))))))[0-9]')", 7, 10, 7)]
    [InlineData("string", "", "self.matches('')", 1, 100, 1)]
    [InlineData("string", "", "self == 'x'", 2, 0, 1)]
    [InlineData("array", Number, "self.all(x, x == 0.0)", 6291454, 6291456, 25165826)]
    [InlineData("array", Either, "self.all(x, true)", 4718591, 10, 32)]
    [InlineData("array", Either, "self[0] == 5", 3, 10, 3)]
    [InlineData("array", Wait, "self.all(x, true)", 2359295, 5, 17)]
    [InlineData("array", Wait, "self[0].getHours() == 2", 4, 525, 4)]
    [InlineData("array", Date, "self.all(x, true)", 725936, 15, 47)]
    [InlineData("array", Time, "self[2].getMinutes() == 45", 4, 99, 4)]
    [InlineData("map", Wait, "self.all(x, true)", 1048577, 5, 17)]
    [InlineData("map", Time, "self['a'] == self['b']", 8, 7, 8)]
    [InlineData("map", """{"type":"integer"}""", "oldSelf.size() == self.size()", 5, 10, 5)]
    [InlineData("string", "", "self.find('[0-9]+') == ''", 629147, 10, 11)]
    public void A_rule_costs_what_the_real_server_says(string shape, string items, string rule, long free, long limit, long bound)
    {
        var unbound = Cost(shape, items, rule, null);

        // Their tests say no more of the largest than that they are too large.
        Assert.True(free == 0 ? unbound > 1_000_000_000 : unbound == (ulong)free, $"{unbound} for {free}");
        Assert.Equal((ulong)bound, Cost(shape, items, rule, limit));
    }

    [Fact]
    public void A_rule_that_goes_on_too_long_is_stopped()
    {
        var schema = JsonNode.Parse("""
            {"type": "object", "properties": {"list": {"type": "array", "items": {"type": "integer"}, "x-kubernetes-validations":
              [{"rule": "self.all(x, self.all(y, self.all(z, x + y + z >= 0)))"}, {"rule": "self.size() < 1", "message": "not reached"}]} } }
            """)!.AsObject();
        var causes = new Causes();

        CelRules.Check(new JsonObject { ["list"] = new JsonArray([.. Enumerable.Range(0, 100).Select(number => JsonValue.Create(number))]) }, null, schema, "", causes);

        Assert.Equal(
            "Invalid value: \"array\": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: "
                + "self.all(x, self.all(y, self.all(z, x + y + z >= 0)))",
            Assert.Single(causes.Found).Message);
    }

    [Fact]
    public void Rules_that_cost_too_much_together_are_stopped()
    {
        var rule = new JsonObject { ["rule"] = "self.all(x, self.all(y, x + y >= 0))" };
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["list"] = new JsonObject
                {
                    ["type"] = "array",
                    ["items"] = new JsonObject { ["type"] = "integer" },
                    ["x-kubernetes-validations"] = new JsonArray([.. Enumerable.Range(0, 20).Select(_ => rule.DeepClone())]),
                },
            },
        };
        var causes = new Causes();

        CelRules.Check(new JsonObject { ["list"] = new JsonArray([.. Enumerable.Range(0, 300).Select(number => JsonValue.Create(number))]) }, null, schema, "", causes);

        Assert.Equal(
            "Invalid value: \"array\": validation failed due to running out of cost budget, no further validation rules will be run", Assert.Single(causes.Found).Message);
    }

    private static ulong Cost(string shape, string items, string rule, long? limit)
    {
        var schema = shape switch
        {
            "array" => new JsonObject { ["type"] = "array", ["items"] = JsonNode.Parse(items) },
            "map" => new JsonObject { ["type"] = "object", ["additionalProperties"] = JsonNode.Parse(items) },
            _ => new JsonObject { ["type"] = "string" },
        };
        if (limit is not null)
        {
            schema[shape switch { "array" => "maxItems", "map" => "maxProperties", _ => "maxLength" }] = JsonValue.Create(limit);
        }

        var node = CelParser.Parse(rule);
        var type = CelType.Of(schema);
        var checker = new CelChecker(type, type);
        Assert.Empty(checker.Check(node).Faults);
        return new CelCost(schema, false, checker.Types).Of(node);
    }
}
