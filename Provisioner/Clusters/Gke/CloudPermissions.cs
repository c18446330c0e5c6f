using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provisioner.Kubernetes;
using Provisioner.Tools.Gcloud;

namespace Provisioner.Clusters.Gke;

/// <summary>Asks the Resource Manager which permissions an account has; gcloud has no command for it.</summary>
/// <remarks>gcloud may reach Google where this process does not, such as through a proxy of its own: then nothing is known, and a call that is refused says what is missing.</remarks>
internal sealed class CloudPermissions(GcloudClient gcloud, GcloudEnvironment environment, ILogger<CloudPermissions> log) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>The permissions of <see cref="Roles.Needed"/> that the account lacks in a project.</summary>
    public async Task<IReadOnlyList<string>> MissingAsync(string project, CancellationToken cancellation)
    {
        if (await environment.EndpointAsync("cloudresourcemanager", cancellation) is not { } endpoint)
        {
            return [];
        }

        var token = (await gcloud.CallAsync(GcloudArguments.AccessToken(), null, cancellation)).Trim();
        var body = new JsonObject { ["permissions"] = new JsonArray([.. Roles.Needed.Keys.Select(permission => JsonValue.Create(permission))]) };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, $"v1/projects/{project}:testIamPermissions"))
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, KubeJson.Default.JsonObject))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
        try
        {
            using var response = await http.SendAsync(request, cancellation);
            if (!response.IsSuccessStatusCode)
            {
                // Such as a project that is not there: the question about the project itself names that.
                return [];
            }

            var granted = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellation))?["permissions"]?.AsArray().Select(permission => permission!.ToString()) ?? [];
            return [.. Roles.Needed.Keys.Except(granted)];
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            log.LogWarning("The permissions in {Project} are not known before they are used: {Host} cannot be asked: {Message}", project, endpoint.Host, e.Message);
            return [];
        }
    }

    public void Dispose() => http.Dispose();
}
