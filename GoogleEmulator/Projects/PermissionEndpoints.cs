using System.Text.Json.Nodes;
using GoogleEmulator.Http;

namespace GoogleEmulator.Projects;

/// <summary>Takes permissions from the caller, who has all of them at first.</summary>
internal static class PermissionEndpoints
{
    public static void MapPermissions(this LabRoutes routes, ProjectTable projects)
    {
        const string Path = "projects/{project}/denied-permissions";
        routes.On("GET", Path, http => Task.FromResult(Describe(Find(http, projects))));
        routes.On("PUT", Path, async http =>
        {
            var project = Find(http, projects);
            var wanted = (await JsonBody.ReadAsync(http.Request))["permissions"] as JsonArray
                ?? throw GoogleException.Invalid("expected {\"permissions\": [\"container.clusters.create\", …]}");
            project.DeniedPermissions.Clear();
            foreach (var permission in wanted)
            {
                project.DeniedPermissions[permission!.ToString()] = true;
            }

            return Describe(project);
        });
    }

    private static Project Find(HttpContext http, ProjectTable projects) => projects.Find((string)http.Request.RouteValues["project"]!, GoogleApi.ResourceManager);

    private static JsonObject Describe(Project project) => new()
    {
        ["permissions"] = new JsonArray([.. project.DeniedPermissions.Keys.Order(StringComparer.Ordinal).Select(permission => JsonValue.Create(permission))]),
    };
}
