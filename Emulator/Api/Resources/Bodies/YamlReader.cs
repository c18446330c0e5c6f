using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Emulator.Api.Resources;

/// <summary>Reads one YAML document as the JSON that sigs.k8s.io/yaml makes of it.</summary>
internal static class YamlReader
{
    /// <summary>Bounds what aliases can blow up to.</summary>
    private const int MaxNodes = 500_000;

    private const int MaxDepth = 200;

    /// <exception cref="YamlException">Not YAML, or more than one document's worth of nodes.</exception>
    public static JsonNode? Read(string text)
    {
        var parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            return null;
        }

        var nodes = 0;
        return Value(parser, [], ref nodes, 0);
    }

    /// <summary>Whether a plain scalar of this text is read as a string.</summary>
    public static bool IsPlainText(string text) => FromScalar(new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.Plain, true, false)) is JsonValue value && value.TryGetValue<string>(out _);

    private static JsonNode? Value(Parser parser, Dictionary<AnchorName, JsonNode?> anchors, ref int nodes, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new YamlException(parser.Current!.Start, parser.Current.End, "exceeded max depth");
        }

        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            if (!anchors.TryGetValue(alias.Value, out var target))
            {
                throw new YamlException(alias.Start, alias.End, $"unknown anchor '{alias.Value}' referenced");
            }

            // Counted before it is copied: a bomb must not be built first.
            Count(target, ref nodes, alias);
            return target?.DeepClone();
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            nodes++;
            return Remember(anchors, scalar, FromScalar(scalar));
        }

        if (parser.TryConsume<SequenceStart>(out var sequence))
        {
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                list.Add(Value(parser, anchors, ref nodes, depth + 1));
            }

            nodes++;
            return Remember(anchors, sequence, list);
        }

        var mapping = parser.Consume<MappingStart>();
        var node = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            var value = Value(parser, anchors, ref nodes, depth + 1);
            if (key.Value == "<<" && value is JsonObject merged)
            {
                foreach (var (name, inherited) in merged.ToList())
                {
                    node.TryAdd(name, inherited?.DeepClone());
                }
            }
            else
            {
                node[key.Value] = value;
            }
        }

        nodes++;
        return Remember(anchors, mapping, node);
    }

    private static JsonNode? Remember(Dictionary<AnchorName, JsonNode?> anchors, NodeEvent source, JsonNode? value)
    {
        if (!source.Anchor.IsEmpty)
        {
            anchors[source.Anchor] = value;
        }

        return value;
    }

    private static void Count(JsonNode? node, ref int nodes, ParsingEvent at)
    {
        if (++nodes > MaxNodes)
        {
            throw new YamlException(at.Start, at.End, "document contains excessive aliasing");
        }

        if (node is JsonObject fields)
        {
            foreach (var (_, child) in fields)
            {
                Count(child, ref nodes, at);
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var child in list)
            {
                Count(child, ref nodes, at);
            }
        }
    }

    /// <summary>YAML 1.1 as go-yaml v2 resolves plain scalars: yes, no, on and off are booleans, 0o17 and 0x1f are numbers.</summary>
    private static JsonNode? FromScalar(Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style is not ScalarStyle.Plain || scalar.Tag.ToString() is "tag:yaml.org,2002:str" or "!!str")
        {
            return JsonValue.Create(text);
        }

        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y":
                return JsonValue.Create(true);
            case "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N":
                return JsonValue.Create(false);
        }

        if (!(char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.'))
        {
            return JsonValue.Create(text);
        }

        var plain = text.Replace("_", "", StringComparison.Ordinal);
        if (long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return JsonValue.Create(plain.Length > 1 && plain[0] == '0' && plain.All(digit => digit is >= '0' and < '8') ? Convert.ToInt64(plain, 8) : number);
        }

        if (plain.StartsWith("0x", StringComparison.Ordinal) && long.TryParse(plain.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex))
        {
            return JsonValue.Create(hex);
        }

        return plain.Any(char.IsAsciiDigit) && plain.All(letter => char.IsAsciiDigit(letter) || letter is '.' or 'e' or 'E' or '+' or '-')
            && double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
            ? JsonValue.Create(real)
            : JsonValue.Create(text);
    }
}
