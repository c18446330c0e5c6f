using System.Globalization;
using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Refuses pods and claims that a LimitRange does not allow, with all that is wrong.</summary>
internal sealed class LimitRangeCheck(ObjectStore store) : IAdmission
{
    private static readonly ResourceType Claims = new("", "persistentvolumeclaims");

    public AdmissionPhase Phase => AdmissionPhase.LimitRanges;

    public void Admit(AdmissionRequest request)
    {
        var type = request.Resource.Type;
        if (request.Verb is WriteVerb.Delete || request.Subresource.Length > 0 || type != KnownTypes.Pods && type != Claims
            || type == KnownTypes.Pods && request.Verb is WriteVerb.Update || request.Object is not { } node)
        {
            return;
        }

        foreach (var range in store.List(KnownTypes.LimitRanges, node.Namespace()).Items)
        {
            var faults = (range.Node["spec"]?["limits"].Items() ?? []).SelectMany(limit => type == Claims ? CheckClaim(limit, node) : CheckPod(limit, node)).ToList();
            if (faults.Count > 0)
            {
                throw ApiErrors.Forbidden(type, node.Name(), faults.Count == 1 ? faults[0] : $"[{string.Join(", ", faults)}]");
            }
        }
    }

    private static IEnumerable<string> CheckPod(JsonObject limit, JsonObject pod)
    {
        var spec = pod["spec"];
        return limit["type"].Text() switch
        {
            "Container" => (spec?["containers"].Items() ?? []).Concat(spec?["initContainers"].Items() ?? [])
                .SelectMany(container => Check(limit, (list, name) => container["resources"]?[list]?[name].Text())),
            "Pod" => Check(limit, (list, name) => QuotaUsage.OfPod(pod, list, name) is { Value: > 0 } sum ? sum.ToString() : null),
            _ => [],
        };
    }

    private static IEnumerable<string> CheckClaim(JsonObject limit, JsonObject claim)
    {
        if (limit["type"].Text() != "PersistentVolumeClaim" || claim["spec"]?["resources"]?["requests"]?["storage"].Text() is not { } size)
        {
            return [];
        }

        var faults = new List<string>();
        foreach (var (word, isWrong) in (ReadOnlySpan<(string, Func<decimal, decimal, bool>)>)[("min", (asked, bound) => asked < bound), ("max", (asked, bound) => asked > bound)])
        {
            if (limit[word]?["storage"].Text() is { } bound && isWrong(Quantity.Parse(size) ?? 0, Quantity.Parse(bound) ?? 0))
            {
                faults.Add($"{word}imum storage usage per PersistentVolumeClaim is {bound}, but request is {size}");
            }
        }

        return faults;
    }

    private static IEnumerable<string> Check(JsonObject limit, Func<string, string, string?> given)
    {
        var what = limit["type"].Text();
        foreach (var (name, value) in Bounds(limit, "min"))
        {
            var (request, most) = (given("requests", name), given("limits", name));
            if (request is null)
            {
                yield return $"minimum {name} usage per {what} is {value}.  No request is specified";
            }
            else if (Quantity.Parse(request) < Quantity.Parse(value))
            {
                yield return $"minimum {name} usage per {what} is {value}, but request is {request}";
            }
            else if (most is not null && Quantity.Parse(most) < Quantity.Parse(value))
            {
                yield return $"minimum {name} usage per {what} is {value}, but limit is {most}";
            }
        }

        foreach (var (name, value) in Bounds(limit, "max"))
        {
            var (request, most) = (given("requests", name), given("limits", name));
            if (most is null)
            {
                yield return $"maximum {name} usage per {what} is {value}.  No limit is specified";
            }
            else if (Quantity.Parse(most) > Quantity.Parse(value))
            {
                yield return $"maximum {name} usage per {what} is {value}, but limit is {most}";
            }
            else if (request is not null && Quantity.Parse(request) > Quantity.Parse(value))
            {
                yield return $"maximum {name} usage per {what} is {value}, but request is {request}";
            }
        }

        foreach (var (name, value) in Bounds(limit, "maxLimitRequestRatio"))
        {
            var (request, most) = (Quantity.Parse(given("requests", name)) ?? 0, Quantity.Parse(given("limits", name)) ?? 0);
            if (request == 0 || most == 0)
            {
                yield return $"{name} max limit to request ratio per {what} is {value}, but no {(request == 0 ? "request" : "limit")} is specified or {(request == 0 ? "request" : "limit")} is 0";
            }
            else if (most / request > Quantity.Parse(value))
            {
                yield return $"{name} max limit to request ratio per {what} is {value}, but provided ratio is {(most / request).ToString("0.000000", CultureInfo.InvariantCulture)}";
            }
        }
    }

    private static IEnumerable<(string Name, string Value)> Bounds(JsonObject limit, string field) =>
        (limit[field] as JsonObject ?? []).OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value.Text() ?? "0"));
}
