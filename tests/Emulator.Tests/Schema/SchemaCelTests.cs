using System.Text.Json.Nodes;
using Emulator.Schema.Cel;

namespace Emulator.Tests.Schema;

/// <summary>Expressions as Istio's and Gateway API's definitions have them.</summary>
public sealed class SchemaCelTests
{
    [Theory]
    [InlineData("self.min <= self.max", """{"min":1,"max":2}""", true)]
    [InlineData("(has(self.a) ? 1 : 0) + (has(self.b) ? 1 : 0) <= 1", """{"a":1,"b":2}""", false)]
    [InlineData("duration(self) >= duration('1ms')", "\"1h30m\"", true)]
    [InlineData("self.all(l1, self.exists_one(l2, l1.n == l2.n))", """[{"n":1},{"n":1}]""", false)]
    [InlineData("self.all(key, !key.contains(\"*\"))", """{"a":"b"}""", true)]
    [InlineData("self.filter(f, f.type == 'CORS').size() <= 1", """[{"type":"CORS"},{"type":"X"}]""", true)]
    [InlineData("url(self).getScheme() in [\"http\", \"https\"]", "\"https://a.example/x\"", true)]
    [InlineData("!has(self.__namespace__) || self.__namespace__ == ''", """{"namespace":"x"}""", false)]
    [InlineData("size(self) == 0 || !format.dns1123Label().validate(self).hasValue()", "\"ok-1\"", true)]
    public void A_rule_holds_or_not(string rule, string self, bool holds)
    {
        var program = new CelProgram(CelParser.Parse(rule));

        Assert.Equal(holds, program.Run(new Dictionary<string, object?> { ["self"] = CelValues.From(JsonNode.Parse(self)) }));
    }

    [Fact]
    public void A_function_that_is_not_there_is_named()
    {
        Assert.Equal("function semver", CelRule.Of("semver(self) == semver('1.0.0')").Unsupported);
    }
}
