using System.Net;

namespace GoogleEmulator.Tests;

/// <summary>Credentials, projects, enabled APIs: what every request meets first.</summary>
public sealed class ProjectTests(ProjectTests.Emulator shared) : IClassFixture<ProjectTests.Emulator>
{
    [Fact]
    public async Task A_request_without_the_token_is_refused()
    {
        using var client = new HttpClient();

        using var response = await client.GetAsync($"{shared.It.Url}/cloudresourcemanager/v1/projects/{RunningEmulator.Project}");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("UNAUTHENTICATED", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_method_that_is_missing_is_named_in_the_refusal()
    {
        var (status, body) = await shared.It.SendAsync("GET", "/compute/v1/projects/P/global/interconnects");

        Assert.Equal(400, status);
        Assert.Equal("UNIMPLEMENTED", (string)body["error"]!["status"]!);
        Assert.Contains("interconnects", (string)body["error"]!["message"]!);
    }

    [Fact]
    public async Task An_api_answers_once_it_is_enabled()
    {
        var (status, refusal) = await shared.It.SendAsync("GET", "/serviceusage/v1/projects/P/services/nosuch.googleapis.com");
        Assert.Equal(404, status);
        Assert.Contains("nosuch.googleapis.com", (string)refusal["error"]!["message"]!);

        var before = await shared.It.CallAsync("GET", "/serviceusage/v1/projects/P/services/cloudtrace.googleapis.com");
        var operation = await shared.It.CallAsync("POST", "/serviceusage/v1/projects/P/services/cloudtrace.googleapis.com:enable", "{}");
        await Testing.Eventually.HoldsAsync(
            async () => (await shared.It.CallAsync("GET", $"/serviceusage/v1/{operation["name"]}"))["done"] is not null, "the API is enabled");
        var after = await shared.It.CallAsync("GET", "/serviceusage/v1/projects/P/services/cloudtrace.googleapis.com");

        Assert.Equal(("DISABLED", "ENABLED"), ((string)before["state"]!, (string)after["state"]!));
    }

    [Theory]
    [InlineData("firewalls", """name eq ".*(icmp).*" """, "default-allow-icmp")]
    [InlineData("firewalls", """(name eq ".*\bdefault\-allow.*")(priority eq 65534)(name ne ".*(ssh|rdp|icmp).*")""", "default-allow-internal")]
    [InlineData("firewalls", """(network eq ".*\bdefault\b.*")(allowed.ports eq ".*\b22\b.*")""", "default-allow-ssh")]
    [InlineData("networks", """name eq ".*\bother\b.*" """, "")]
    public async Task A_list_of_Compute_Engine_heeds_the_filter_that_gcloud_leaves_to_it(string collection, string filter, string names)
    {
        var list = await shared.It.CallAsync("GET", $"/compute/v1/projects/P/global/{collection}?filter={Uri.EscapeDataString(filter)}");
        Assert.Equal(names, string.Join(' ', list["items"]!.AsArray().Select(item => (string)item!["name"]!)));
    }

    [Fact]
    public async Task Regions_are_filtered_too_and_another_kind_of_filter_is_refused()
    {
        var regions = await shared.It.CallAsync("GET", "/compute/v1/projects/P/regions?filter=" + Uri.EscapeDataString("""name eq ".*\bus\-central1\b.*" """));
        Assert.Equal("us-central1", (string)Assert.Single(regions["items"]!.AsArray())!["name"]!);
        Assert.Contains("the list filter 'name:us*'", await shared.It.RefusedAsync(400, "GET", "/compute/v1/projects/P/zones?filter=name:us*"));
        Assert.Contains("Invalid list filter expression", await shared.It.RefusedAsync(400, "GET", "/compute/v1/projects/P/zones?filter=" + Uri.EscapeDataString("""name eq "(" """)));
    }

    public sealed class Emulator : IAsyncLifetime
    {
        public RunningEmulator It { get; private set; } = null!;

        public async ValueTask InitializeAsync() => It = await RunningEmulator.StartAsync("--operation-delay", "100ms");

        public ValueTask DisposeAsync() => It.DisposeAsync();
    }
}
