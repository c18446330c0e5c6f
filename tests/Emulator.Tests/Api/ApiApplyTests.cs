namespace Emulator.Tests.Api;

/// <summary>Server-side apply where kubectl has no command for it.</summary>
public sealed class ApiApplyTests(ApiCluster cluster) : IClassFixture<ApiCluster>
{
    [Fact]
    public async Task Who_applies_a_Scale_owns_the_replicas_through_it_and_must_force_them_from_others()
    {
        var path = $"/apis/apps/v1/namespaces/{await cluster.NamespaceAsync()}/deployments/d";
        const string Deployment = """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},
            "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"busybox"}]}}}}
            """;
        const string Scale = """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"d"},"spec":{"replicas":1}}""";
        Assert.Equal(201, (await ApplyAsync($"{path}?fieldManager=owner", Deployment)).Status);

        var refused = await ApplyAsync($"{path}/scale?fieldManager=scaler", Scale);
        var forced = await ApplyAsync($"{path}/scale?fieldManager=scaler&force=true", Scale);

        Assert.Equal((409, "Apply failed with 1 conflict: conflict with \"owner\": .spec.replicas"), (refused.Status, refused.Message));
        Assert.Equal(200, forced.Status);
        var entry = Assert.Single((await cluster.GetAsync(path)).Json["metadata"]!["managedFields"]!.AsArray(), item => item!["subresource"]?.ToString() == "scale")!;
        Assert.Equal(
            ("scaler", "Apply", """{"f:spec":{"f:replicas":{}}}"""),
            (entry["manager"]!.ToString(), entry["operation"]!.ToString(), entry["fieldsV1"]!.ToJsonString()));
    }

    private Task<Answer> ApplyAsync(string path, string body) => cluster.SendAsync(HttpMethod.Patch, path, body, mediaType: "application/apply-patch+yaml");
}
