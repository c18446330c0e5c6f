using System.Globalization;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>The rules for one limit of a LimitRange.</summary>
internal static class LimitRules
{
    public static void Check(JsonObject limit, string field, Causes causes)
    {
        var type = limit.Text("type") ?? "";
        if (Names.QualifiedName(type) is { } wrong)
        {
            causes.Fit($"{field}.type", type, wrong);
        }
        else if (!type.Contains('/') && type is not ("Pod" or "Container" or "PersistentVolumeClaim"))
        {
            causes.InvalidText($"{field}.type", type, "must be a standard limit type or fully qualified");
        }

        string[] lists = type == "Pod" ? ["max", "min", "maxLimitRequestRatio"] : ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"];
        foreach (var list in (string[])["default", "defaultRequest"])
        {
            if (type == "Pod" && limit.Map(list) is { Count: > 0 })
            {
                causes.Forbidden($"{field}.{list}", "may not be specified when `type` is 'Pod'");
            }
        }

        foreach (var list in lists)
        {
            foreach (var (name, _) in limit.Map(list) ?? [])
            {
                if (type is "Pod" or "Container")
                {
                    ResourceRules.CheckContainerName(name, $"{field}.{list}[{name}]", causes);
                }
                else
                {
                    ResourceRules.CheckName(name, $"{field}.{list}[{name}]", causes);
                }
            }
        }

        if (type == "PersistentVolumeClaim" && limit.Map("min")?["storage"] is null && limit.Map("max")?["storage"] is null)
        {
            causes.Required($"{field}.limits", "either minimum or maximum storage value is required, but neither was provided");
        }

        foreach (var name in lists.SelectMany(list => limit.Map(list) ?? []).Select(entry => entry.Key).Distinct().Order(StringComparer.Ordinal))
        {
            CheckOrder(limit, name, isPod: type == "Pod", field, causes);
        }
    }

    private static void CheckOrder(JsonObject limit, string name, bool isPod, string field, Causes causes)
    {
        Ordered(limit, name, ("min", "min value"), ("max", "max value"), "min", field, causes);
        if (!isPod)
        {
            Ordered(limit, name, ("min", "min value"), ("defaultRequest", "default request value"), "defaultRequest", field, causes);
            Ordered(limit, name, ("defaultRequest", "default request value"), ("max", "max value"), "defaultRequest", field, causes);
            Ordered(limit, name, ("defaultRequest", "default request value"), ("default", "default limit value"), "defaultRequest", field, causes);
            Ordered(limit, name, ("min", "min value"), ("default", "default value"), "default", field, causes);
            Ordered(limit, name, ("default", "default value"), ("max", "max value"), "default", field, causes);
        }

        if (limit.Map("maxLimitRequestRatio")?[name] is not { } ratio)
        {
            return;
        }

        var most = ResourceRules.Amount(ratio);
        if (most < 1)
        {
            causes.Invalid($"{field}.maxLimitRequestRatio[{name}]", GoLiteral.Quantity(ratio), $"ratio {ratio} is less than 1");
        }

        if (limit.Map("min")?[name] is { } low && limit.Map("max")?[name] is { } high && ResourceRules.Amount(high) / ResourceRules.Amount(low) is var bound && most > bound)
        {
            causes.Invalid($"{field}.maxLimitRequestRatio[{name}]", GoLiteral.Quantity(ratio),
                $"ratio {ratio} is greater than max/min = {bound.ToString("F6", CultureInfo.InvariantCulture)}");
        }
    }

    /// <summary>Refuses a lower bound that is above an upper one; <paramref name="blamed"/> is the list that the fault is found in.</summary>
    private static void Ordered(JsonObject limit, string name, (string List, string Said) low, (string List, string Said) high, string blamed, string field, Causes causes)
    {
        var (least, most) = (limit.Map(low.List)?[name], limit.Map(high.List)?[name]);
        if (least is not null && most is not null && ResourceRules.Amount(least) > ResourceRules.Amount(most))
        {
            causes.Invalid($"{field}.{blamed}[{name}]", GoLiteral.Quantity(limit.Map(blamed)![name]), $"{low.Said} {least} is greater than {high.Said} {most}");
        }
    }
}
