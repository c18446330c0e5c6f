using System.Text.Json.Nodes;
using Emulator.Schema.Cel;

namespace Emulator.Tests.Schema;

/// <summary>The libraries that a kube-apiserver 1.32 gives rules: each expression is true there.</summary>
public sealed class CelLibraryTests
{
    private const string Self = """{"a":{"b":"x"},"list":[3,1,2],"words":["b","a"],"n":5,"m":{"k":"v"},"empty":[]}""";

    [Theory]
    [InlineData("quantity('1.5Gi').isGreaterThan(quantity('1Gi')) && quantity('100m').isLessThan(quantity('1'))")]
    [InlineData("quantity('1k') == quantity('1000') && quantity('0.5').compareTo(quantity('500m')) == 0")]
    [InlineData("isQuantity('1.3Gi') && !isQuantity('1.3GiX') && sign(quantity('-1')) == -1 && sign(quantity('0')) == 0")]
    [InlineData("quantity('50k').isInteger() && quantity('50k').asInteger() == 50000 && !quantity('9999999999999999999999999999999999999G').isInteger()")]
    [InlineData("quantity('50k').add(20) == quantity('50020') && quantity('50k').sub(quantity('20k')).asApproximateFloat() == 30000.0")]
    [InlineData("isIP('127.0.0.1') && isIP('::1') && !isIP('127.0.0.256') && !isIP('::ffff:1.2.3.4') && !isIP('10.0.0.01') && !isIP('1')")]
    [InlineData("ip('192.168.0.1').family() == 4 && ip('2001:db8::1').family() == 6 && ip('127.0.0.1') == ip('127.0.0.1') && string(ip('10.0.0.1')) == '10.0.0.1'")]
    [InlineData("ip.isCanonical('2001:db8::abcd') && !ip.isCanonical('2001:DB8::ABCD') && !ip.isCanonical('2001:db8::0:0:0:abcd')")]
    [InlineData("ip('0.0.0.0').isUnspecified() && ip('::1').isLoopback() && ip('224.0.0.1').isLinkLocalMulticast() && ip('169.254.169.254').isLinkLocalUnicast()")]
    [InlineData("ip('192.168.0.1').isGlobalUnicast() && !ip('255.255.255.255').isGlobalUnicast() && !ip('fd80::1').isLinkLocalUnicast()")]
    [InlineData("isCIDR('192.168.0.0/16') && !isCIDR('192.168.0.0/33') && !isCIDR('192.168.0.0') && !isCIDR('192.168.0.0/08')")]
    [InlineData("cidr('192.168.0.0/24').containsIP('192.168.0.1') && !cidr('192.168.0.0/24').containsIP(ip('192.168.1.1'))")]
    [InlineData("cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24') && !cidr('192.168.0.0/24').containsCIDR(cidr('192.168.0.0/23'))")]
    [InlineData("cidr('192.168.0.1/24').prefixLength() == 24 && cidr('192.168.0.1/24').masked() == cidr('192.168.0.0/24') && cidr('192.168.0.1/24').ip() == ip('192.168.0.1')")]
    [InlineData("string(cidr('192.168.0.0/16')) == '192.168.0.0/16'")]
    [InlineData("!format.dns1123Label().validate('my-name').hasValue() && format.dns1123Label().validate('My').value().size() == 1")]
    [InlineData("!format.dns1123LabelPrefix().validate('my-').hasValue() && format.dns1123Label().validate('my-').hasValue()")]
    [InlineData("format.named('uuid').value().validate('123').value() == ['does not match the UUID format'] && !format.named('none').hasValue()")]
    [InlineData("!format.qualifiedName().validate('a.example/b').hasValue() && format.labelValue().validate('a b').hasValue() && format.date().validate('2021-13-01').hasValue()")]
    [InlineData("self.?a.?b.orValue('y') == 'x' && self.?z.?b.orValue('y') == 'y' && self.?a.b == optional.of('x') && !self.?z.b.hasValue()")]
    [InlineData("self.list[?0].value() == 3 && !self.list[?9].hasValue() && self.m[?'k'].value() == 'v' && self.?a.optMap(a, a.b + '!').value() == 'x!'")]
    [InlineData("self.?a.optFlatMap(a, a.?c).orValue('none') == 'none' && self.?z.or(self.?a).hasValue() && !optional.ofNonZeroValue('').hasValue()")]
    [InlineData("[?self.?z, 1] == [1] && {?'a': self.?z, 'b': 1} == {'b': 1} && optional.none() != optional.of(1) && has(self.a.b) && !has(self.z)")]
    [InlineData("cel.bind(total, self.list.sum(), total > 5 && total < 7)")]
    [InlineData("'%s is %d of %.2f, %x %X %b %o %%'.format(['a', 1, 2.345, 255, 255, 5, 8]) == 'a is 1 of 2.35, ff FF 101 10 %'")]
    [InlineData("'%.6e'.format([1052.032911275]) == '1.052033\u202f\u00d7\u202f10\u2070\u00b3'")]
    [InlineData("'%s %s %s %s'.format([[1, 'a', true], {'b': 2, 'a': [null]}, duration('90s'), type(1)]) == '[1, \"a\", true] {\"a\":[null], \"b\":2} 90s int'")]
    [InlineData("'tacocat'.charAt(3) == 'o' && 'tacocat'.indexOf('c', 3) == 4 && 'tacocat'.lastIndexOf('c', 3) == 2 && 'tacocat'.lastIndexOf('') == 7")]
    [InlineData("'hello hello'.replace('he', 'we', 1) == 'wello hello' && 'a,b,c'.split(',', 2) == ['a', 'b,c'] && 'ab'.split('') == ['a', 'b'] && 'ÄB'.lowerAscii() == 'Äb'")]
    [InlineData("strings.quote('a\\n\"b\"') == \"\\\"a\\\\n\\\\\\\"b\\\\\\\"\\\"\" && '\\u00e4'.size() == 1 && b'ab' == bytes('ab') && '😀x'.charAt(1) == 'x'")]
    [InlineData("'abc 123'.find('[0-9]+') == '123' && '1 2 3'.findAll('[0-9]', 2) == ['1', '2'] && 'x'.find('[0-9]') == ''")]
    [InlineData("sets.contains([1, 2, 3], [2]) && sets.equivalent([1, 1], [1]) && sets.intersects([1], [2, 1]) && !sets.intersects([], [1])")]
    [InlineData("self.list.max() == 3 && self.list.min() == 1 && !self.list.isSorted() && self.words.indexOf('a') == 1 && self.list.lastIndexOf(9) == -1 && [1.5, 2.5].sum() == 4.0")]
    [InlineData("self.list.map(i, i > 1, i * 2) == [6, 4]")]
    [InlineData("self.list.exists_one(i, i == 2)")]
    [InlineData("self.m.exists(k, self.m[k] == 'v')")]
    [InlineData("[1, 2].all(i, i > 0)")]
    [InlineData("type(self.n) == int")]
    [InlineData("type('') == string")]
    [InlineData("type(self.m) == map")]
    [InlineData("int('5') == 5")]
    [InlineData("string(1.5) == '1.5'")]
    [InlineData("uint(5) == 5u")]
    [InlineData("5u / 2u == 2u")]
    [InlineData("timestamp('2024-02-03T04:05:06Z').getMonth() == 1 && timestamp('2024-02-03T04:05:06.5Z').getMilliseconds() == 500 && timestamp('2024-02-03T04:05:06Z').getHours('+02:00') == 6")]
    [InlineData("timestamp('2024-02-03T00:00:00Z').getDayOfWeek() == 6 && timestamp('2024-02-03T00:00:00Z') - timestamp('2024-02-02T00:00:00Z') == duration('24h')")]
    [InlineData("string(duration('1h30m')) == '5400s' && duration('90m').getHours() == 1 && string(timestamp('2024-02-03T04:05:06Z')) == '2024-02-03T04:05:06Z'")]
    [InlineData("url('https://a.example:80/x?k=v&k=w').getQuery() == {'k': ['v', 'w']} && url('https://a.example:80/x').getPort() == '80' && isURL('/path')")]
    [InlineData("[1, 'a'].exists(i, i == 'a') && ([1, 2].all(i, i / 0 == 1) || true) && 2 > 1.5 && 1 in [1, 2] && 'k' in self.m && !(1 in [])")]
    public void An_expression_is_true(string expression)
    {
        var program = new CelProgram(CelParser.Parse(expression));

        Assert.Equal(true, program.Run(new Dictionary<string, object?> { ["self"] = CelValues.From(JsonNode.Parse(Self)) }));
    }

    [Theory]
    [InlineData("quantity('x')", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    [InlineData("ip('10.0.0.256')", "IP Address \"10.0.0.256\" parse error during conversion from string: ParseAddr(\"10.0.0.256\"): IPv4 field has value >255")]
    [InlineData("ip('::ffff:1.2.3.4')", "IPv4-mapped IPv6 address \"::ffff:1.2.3.4\" is not allowed")]
    [InlineData("cidr('10.0.0.0')", "network address parse error during conversion from string: netip.ParsePrefix(\"10.0.0.0\"): no '/'")]
    [InlineData("optional.none().value()", "optional.none() dereference")]
    [InlineData("duration('x')", "type conversion error from 'string' to 'google.protobuf.Duration'")]
    [InlineData("int('x')", "type conversion error from 'string' to 'int'")]
    [InlineData("[].min()", "min called on empty list")]
    [InlineData("'%d'.format(['a'])", "error during formatting: decimal clause can only be used on integers, was given string")]
    [InlineData("'%s'.format([])", "index 0 out of range")]
    [InlineData("'abc'.substring(4)", "index out of range: 4")]
    [InlineData("'abc'.substring(2, 1)", "invalid substring range. start: 2, end: 1")]
    [InlineData("self.list[7]", "index out of bounds: 7")]
    [InlineData("self.list[0] + 'a'", "no such overload")]
    public void An_expression_without_a_value_says_why(string expression, string why)
    {
        var program = new CelProgram(CelParser.Parse(expression));

        var fault = Assert.Throws<CelException>(() => program.Run(new Dictionary<string, object?> { ["self"] = CelValues.From(JsonNode.Parse(Self)) }));
        Assert.Equal(why, fault.Message);
    }

    [Fact]
    public void Values_have_the_types_of_their_schema()
    {
        var schema = JsonNode.Parse("""
            {"type": "object", "properties": {
              "wait": {"type": "string", "format": "duration"},
              "when": {"type": "string", "format": "date-time"},
              "data": {"type": "string", "format": "byte"},
              "share": {"type": "number"},
              "tags": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
              "ports": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}, "v": {"type": "string"} } },
                        "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["n"]} } }
            """)!.AsObject();
        var self = CelValues.From(
            JsonNode.Parse("""{"wait":"90s","when":"2024-01-01T00:00:00Z","data":"YWI=","share":1,"tags":["a","b"],"ports":[{"n":1,"v":"a"},{"n":2,"v":"b"}]}"""),
            CelType.Of(schema));
        var program = new CelProgram(CelParser.Parse("""
            self.wait > duration('1m') && self.when.getFullYear() == 2024 && self.data == b'ab' && self.share / 2.0 == 0.5 && self.tags == ['b', 'a']
            && self.tags + ['a', 'c'] == ['a', 'b', 'c'] && (self.ports + [{'n': 2, 'v': 'z'}])[1].v == 'z'
            """));

        Assert.Equal(true, program.Run(new Dictionary<string, object?> { ["self"] = self }));
    }
}
