using System.Text.Json.Nodes;
using GoogleEmulator.Http;

namespace GoogleEmulator.Projects;

/// <summary>Resource Manager v1, and what Cloud Billing and IAM are asked about a project.</summary>
internal static class ProjectEndpoints
{
    public static void MapProjects(this ApiRoutes routes, ProjectTable projects)
    {
        routes.On("GET", "v1/projects", null, _ => new JsonObject { ["projects"] = new JsonArray([.. projects.All.Select(Describe)]) });
        routes.On("GET", "v1/projects/{project}", "resourcemanager.projects.get", call => Describe(call.Project));
        routes.On("POST", "v1/projects/{project}:getIamPolicy", "resourcemanager.projects.getIamPolicy", call => call.Project.Policy.Get());
        routes.On("POST", "v1/projects/{project}:setIamPolicy", "resourcemanager.projects.setIamPolicy", call => call.Project.Policy.Set(Policy(call)));
        routes.On("POST", "v1/projects/{project}:testIamPermissions", null, call => new JsonObject
        {
            ["permissions"] = new JsonArray([.. (call.Body["permissions"] as JsonArray ?? [])
                .Select(permission => permission!.ToString())
                .Where(permission => !call.Project.DeniedPermissions.ContainsKey(permission))
                .Select(permission => JsonValue.Create(permission))]),
        });
        routes.On("POST", "v1/projects/{project}:getAncestry", "resourcemanager.projects.get", call => new JsonObject
        {
            ["ancestor"] = new JsonArray(new JsonObject { ["resourceId"] = new JsonObject { ["type"] = "project", ["id"] = call.Project.Id } }),
        });
    }

    public static void MapBilling(this ApiRoutes routes) =>
        routes.On("GET", "v1/projects/{project}/billingInfo", "resourcemanager.projects.get", call => new JsonObject
        {
            ["name"] = $"projects/{call.Project.Id}/billingInfo",
            ["projectId"] = call.Project.Id,
            ["billingAccountName"] = "billingAccounts/000000-000000-000000",
            ["billingEnabled"] = true,
        });

    public static JsonObject Describe(Project project) => new()
    {
        ["projectNumber"] = $"{project.Number}",
        ["projectId"] = project.Id,
        ["lifecycleState"] = "ACTIVE",
        ["name"] = project.Id,
        ["createTime"] = Timestamps.Nanoseconds(project.Created),
    };

    private static JsonObject Policy(ApiCall call) =>
        call.Body["policy"] as JsonObject ?? throw GoogleException.Invalid("Invalid JSON payload received: the request has no policy");
}
