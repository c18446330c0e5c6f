using System.Net;
using Emulator.Mesh;
using Emulator.Mesh.Conversion;
using Emulator.Tests.Mesh;

namespace Emulator.Tests.DataPlane;

/// <summary>External authorizers that want to see bodies.</summary>
public sealed class AuthorizerBodyTests
{
    private const string Authorizer = "authz.whereami.svc.cluster.local";

    [Theory]
    [InlineData("{maxRequestBytes: 8}", "secret", HttpStatusCode.OK, "secret false", "secret")]
    [InlineData("{maxRequestBytes: 4, allowPartialMessage: true}", "secret", HttpStatusCode.OK, "secr true", "secret")]
    [InlineData("{maxRequestBytes: 4}", "secret", HttpStatusCode.RequestEntityTooLarge, "", "Payload Too Large")]
    public async Task An_authorizer_is_shown_the_body_and_the_workload_gets_it_whole(string check, string body, HttpStatusCode status, string shown, string answered)
    {
        await using var lab = await MeshLab.StartAsync();
        var provider = MeshYaml.Read($"[{{name: a, envoyExtAuthzHttp: {{service: {Authorizer}, port: 8000, includeRequestBodyInCheck: {check}}}}}]".Insert(0, "providers: ")).Single();
        lab.With = snapshot => snapshot with
        {
            Services = snapshot.Services.Add(Authorizer, new MeshService
            {
                Host = Authorizer,
                Name = "authz",
                Namespace = "whereami",
                Ports = [new(8000, "http", "HTTP")],
                Endpoints = [new MeshEndpoint { ServicePort = 8000, Address = TestControlPlane.At("10.10.0.2:8080"), Cluster = "us", Identity = "spiffe://cluster.local/ns/whereami/sa/default" }],
            }),
            AuthorizationPolicies =
            [
                new("whereami", "p", System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("app", "whereami"), "CUSTOM", [new([], [], [])])
                {
                    Authorizer = ExtensionProviders.Read(provider["providers"])["a"],
                },
            ],
        };
        var seen = "";
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context => context.Request.Body.CopyToAsync(context.Response.Body));
        await lab.PodAsync("us", "authz", "10.10.0.2", """{"app":"authz"}""", listed: false, serve: async context =>
            seen = $"{await new StreamReader(context.Request.Body).ReadToEndAsync()} {context.Request.Headers["x-envoy-auth-partial-body"]}");
        var (client, _) = await lab.GatewayAsync();

        using var answer = await client.PostAsync("/", new StringContent(body));

        Assert.Equal((status, answered), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(shown, seen);
    }
}
