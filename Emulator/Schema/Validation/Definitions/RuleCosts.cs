using System.Globalization;

namespace Emulator.Schema.Validation;

/// <summary>What the rules of a definition's schema may cost together (k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation, TotalCost).</summary>
internal sealed class RuleCosts
{
    private const ulong RuleLimit = 10_000_000;
    private const ulong SchemaLimit = 100_000_000;
    private const int MostNamed = 4;

    private readonly List<(string Field, ulong Cost)> expensive = [];

    private ulong total;

    /// <param name="what">As messages say it: <c>estimated rule cost</c>.</param>
    public void Add(string field, string what, ulong cost, Causes causes)
    {
        if (cost > RuleLimit)
        {
            causes.Forbidden(field, Message(what, cost, RuleLimit));
        }

        total = Cel.CelSize.Add(total, cost);
        if (cost >= SchemaLimit / 100)
        {
            expensive.Add((field, cost));
        }
    }

    public void Check(string field, Causes causes)
    {
        if (total <= SchemaLimit)
        {
            return;
        }

        foreach (var rule in expensive.OrderByDescending(rule => rule.Cost).Take(MostNamed))
        {
            causes.Forbidden(rule.Field, "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema");
        }

        causes.Forbidden(field, Message("x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema", total, SchemaLimit));
    }

    private static string Message(string what, ulong cost, ulong limit)
    {
        var times = (double)cost / limit;
        var factor = times > 100 ? "more than 100x" : times.ToString(times < 1.5 ? "F6" : "F1", CultureInfo.InvariantCulture) + "x";
        return $"{what} exceeds budget by factor of {factor} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)";
    }
}
