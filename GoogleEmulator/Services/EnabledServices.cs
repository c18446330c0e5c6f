using System.Text.Json.Nodes;
using GoogleEmulator.Http;

namespace GoogleEmulator.Services;

/// <summary>Which APIs a project has enabled.</summary>
internal sealed class EnabledServices(string project, long number)
{
    private readonly Lock gate = new();
    private readonly SortedSet<string> enabled = new(ServiceCatalog.EnabledAtFirst, StringComparer.Ordinal);

    public bool IsEnabled(string service)
    {
        lock (gate)
        {
            return enabled.Contains(service);
        }
    }

    /// <summary>Enables services, and those that they need.</summary>
    public void Enable(IEnumerable<string> services)
    {
        lock (gate)
        {
            enabled.UnionWith(services.SelectMany(ServiceCatalog.WithNeeded));
        }
    }

    /// <summary>Disables a service; those that need it go too, or stand in the way.</summary>
    public void Disable(string service, bool withDependents)
    {
        lock (gate)
        {
            var dependents = enabled.Where(other => other != service && ServiceCatalog.WithNeeded(other).Contains(service)).ToArray();
            if (dependents.Length > 0 && !withDependents)
            {
                throw GoogleException.FailedPrecondition(
                    $"The service {service} is depended on by the following active service(s): {string.Join(",", dependents)}; "
                    + "Please specify disable_dependent_services=true if you want to proceed with disabling all services.");
            }

            enabled.ExceptWith([service, .. dependents]);
        }
    }

    public JsonObject Describe(string service) => new()
    {
        ["name"] = $"projects/{number}/services/{service}",
        ["parent"] = $"projects/{number}",
        ["config"] = new JsonObject { ["name"] = service, ["title"] = ServiceCatalog.Titles[service] },
        ["state"] = IsEnabled(service) ? "ENABLED" : "DISABLED",
    };

    /// <summary>Throws for services that do not exist.</summary>
    public static void CheckKnown(params IEnumerable<string> services)
    {
        if (services.Where(service => !ServiceCatalog.Titles.ContainsKey(service)).ToArray() is { Length: > 0 } unknown)
        {
            throw GoogleException.NotFound($"Not found or permission denied for service(s): {string.Join(", ", unknown)}.");
        }
    }

    public static GoogleException Disabled(GoogleApi api, string project) => GoogleException.Forbidden(
        $"{api.Title} has not been used in project {project} before or it is disabled. Enable it by visiting "
            + $"https://console.developers.google.com/apis/api/{api.Service}/overview?project={project} then retry. "
            + "If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.",
        new JsonArray(new JsonObject
        {
            ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo",
            ["reason"] = "SERVICE_DISABLED",
            ["domain"] = "googleapis.com",
            ["metadata"] = new JsonObject { ["service"] = api.Service, ["serviceTitle"] = api.Title, ["consumer"] = $"projects/{project}" },
        }));

    public override string ToString() => project;
}
