using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>The rules for what a version of a CustomResourceDefinition has beside its schema: columns, subresources, fields to select by.</summary>
internal static class PrinterRules
{
    private static readonly string[] Types = ["boolean", "date", "integer", "number", "string"];
    private static readonly string[] Formats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

    public static void Check(JsonObject version, string field, Causes causes)
    {
        var at = 0;
        foreach (var column in version.Items("additionalPrinterColumns"))
        {
            CheckColumn(column, $"{field}.additionalPrinterColumns[{at++}]", causes);
        }

        if (version.Map("subresources").Map("scale") is { } scale)
        {
            CheckScale(scale, $"{field}.subresources.scale", causes);
        }

        at = 0;
        foreach (var selectable in version.Items("selectableFields"))
        {
            var path = selectable.Text("jsonPath") ?? "";
            if (path.Length == 0)
            {
                causes.Required($"{field}.selectableFields[{at}].jsonPath");
            }
            else if (!Exists(version.Map("schema").Map("openAPIV3Schema"), path))
            {
                causes.InvalidText($"{field}.selectableFields[{at}].jsonPath", path, "is an invalid path: does not refer to a valid field");
            }

            at++;
        }
    }

    private static void CheckColumn(JsonObject column, string field, Causes causes)
    {
        if (string.IsNullOrEmpty(column.Text("name")))
        {
            causes.Required($"{field}.name");
        }

        var type = column.Text("type") ?? "";
        if (type.Length == 0)
        {
            causes.Required($"{field}.type", $"must be one of {string.Join(',', Types)}");
        }
        else if (!Types.Contains(type))
        {
            causes.InvalidText($"{field}.type", type, $"must be one of {string.Join(',', Types)}");
        }

        if (column.Text("format") is { Length: > 0 } format && !Formats.Contains(format))
        {
            causes.InvalidText($"{field}.format", format, $"must be one of {string.Join(',', Formats)}");
        }

        var path = column.Text("jsonPath") ?? "";
        if (path.Length == 0)
        {
            causes.Required($"{field}.JSONPath");
        }
        else if (path[0] != '.')
        {
            causes.InvalidText($"{field}.JSONPath", path, "must be a simple json path starting with .");
        }
    }

    private static void CheckScale(JsonObject scale, string field, Causes causes)
    {
        foreach (var (name, root) in ((string, string)[])[("specReplicasPath", ".spec"), ("statusReplicasPath", ".status")])
        {
            var path = scale.Text(name) ?? "";
            if (path.Length == 0)
            {
                causes.Required($"{field}.{name}");
            }
            else if (!path.StartsWith(root + ".", StringComparison.Ordinal))
            {
                causes.InvalidText($"{field}.{name}", path, path[0] == '.' ? $"should be a json path under {root}" : "must be a simple json path starting with .");
            }
        }

        if (scale.Text("labelSelectorPath") is { Length: > 0 } selector && !selector.StartsWith(".spec.", StringComparison.Ordinal) && !selector.StartsWith(".status.", StringComparison.Ordinal))
        {
            causes.InvalidText($"{field}.labelSelectorPath", selector, selector[0] == '.' ? "should be a json path under either .spec or .status" : "must be a simple json path starting with .");
        }
    }

    private static bool Exists(JsonObject? schema, string path) =>
        path[0] == '.' && path[1..].Split('.').Aggregate(schema, (found, part) => found.Map("properties").Map(part)) is { } end
        && end.Text("type") is "string" or "boolean" or "integer";
}
