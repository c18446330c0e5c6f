using System.Text.Json.Nodes;
using Emulator.Schema.Decoding;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>The rules for names and amounts of resources.</summary>
internal static class ResourceRules
{
    private static readonly HashSet<string> OfContainers = ["cpu", "memory", "ephemeral-storage"];

    private static readonly HashSet<string> OfQuotas =
    [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage",
        "limits.cpu", "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers", "secrets",
        "persistentvolumeclaims", "configmaps", "services.nodeports", "services.loadbalancers",
    ];

    private static readonly HashSet<string> Whole =
    [
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
    ];

    /// <summary>Whether a quota can bound a resource of this name, which has no domain.</summary>
    public static bool IsOfQuotas(string name) => OfQuotas.Contains(name) || IsHuge(name) || name.StartsWith("requests.hugepages-", StringComparison.Ordinal);

    /// <summary>Checks the name of any resource; whether it is one.</summary>
    public static bool CheckName(string name, string field, Causes causes)
    {
        if (Names.QualifiedName(name) is { } wrong)
        {
            causes.Fit(field, name, wrong);
            return false;
        }

        if (name.Contains('/') || IsOfQuotas(name) || name == "storage")
        {
            return true;
        }

        causes.InvalidText(field, name, "must be a standard resource type or fully qualified");
        return false;
    }

    public static void CheckContainerName(string name, string field, Causes causes)
    {
        CheckName(name, field, causes);
        if (!name.Contains('/'))
        {
            if (!OfContainers.Contains(name) && !IsHuge(name))
            {
                causes.InvalidText(field, name, "must be a standard resource for containers");
            }
        }
        else if (!IsNative(name) && (name.StartsWith("requests.", StringComparison.Ordinal) || Names.QualifiedName($"requests.{name}") is not null))
        {
            causes.InvalidText(field, name, "doesn't follow extended resource name standard");
        }
    }

    public static void CheckAmount(string name, JsonNode? amount, string field, Causes causes)
    {
        var value = Amount(amount);
        if (value < 0)
        {
            causes.Invalid(field, GoLiteral.Quantity(amount), "must be greater than or equal to 0");
        }

        if ((Whole.Contains(name) || !IsNative(name)) && value != Math.Floor(value))
        {
            causes.Invalid(field, GoLiteral.Quantity(amount), "must be an integer");
        }
    }

    /// <summary>What a container asks for and may use.</summary>
    public static void Check(JsonObject? resources, string field, Causes causes)
    {
        foreach (var kind in (string[])["limits", "requests"])
        {
            foreach (var (name, amount) in resources.Map(kind) ?? [])
            {
                CheckContainerName(name, $"{field}.{kind}[{name}]", causes);
                CheckAmount(name, amount, $"{field}.{kind}[{name}]", causes);
            }
        }

        foreach (var (name, request) in resources.Map("requests") ?? [])
        {
            var limit = resources.Map("limits")?[name];
            var isShared = IsNative(name) && !IsHuge(name);
            if (limit is null)
            {
                if (!isShared)
                {
                    causes.Required($"{field}.limits", "Limit must be set for non overcommitable resources");
                }
            }
            else if (!isShared && Amount(request) != Amount(limit))
            {
                causes.InvalidText($"{field}.requests", request!.ToString(), $"must be equal to {name} limit of {limit}");
            }
            else if (Amount(request) > Amount(limit))
            {
                causes.InvalidText($"{field}.requests", request!.ToString(), $"must be less than or equal to {name} limit of {limit}");
            }
        }

        var all = (resources.Map("limits") ?? []).Concat(resources.Map("requests") ?? []).Select(entry => entry.Key).ToHashSet();
        if (all.Any(IsHuge) && !all.Contains("cpu") && !all.Contains("memory"))
        {
            causes.Forbidden(field, "HugePages require cpu or memory");
        }
    }

    public static double Amount(JsonNode? quantity) => Quantity.Value(quantity?.ToString() ?? "0");

    /// <summary>Whether Kubernetes itself gives the resource its meaning.</summary>
    public static bool IsNative(string name) => !name.Contains('/') || name.Contains("kubernetes.io/", StringComparison.Ordinal);

    private static bool IsHuge(string name) => name.StartsWith("hugepages-", StringComparison.Ordinal);
}
