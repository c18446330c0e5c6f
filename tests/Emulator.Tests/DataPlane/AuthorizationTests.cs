using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Mesh;
using Emulator.Mesh.Conversion;
using Emulator.Nodes.Samples;
using Emulator.Tests.Mesh;
using Microsoft.AspNetCore.Http;
using Testing;

namespace Emulator.Tests.DataPlane;

/// <summary>AuthorizationPolicy and RequestAuthentication over real connections, as a user writes them.</summary>
public sealed class AuthorizationTests
{
    private const string Denied = "RBAC: access denied";
    private const string Authorizer = "authz.whereami.svc.cluster.local";

    [Theory]
    [InlineData("{}", 403, 403)]
    [InlineData("{rules: [{}]}", 200, 200)]
    [InlineData("{action: DENY, rules: [{to: [{operation: {methods: [POST]}}]}]}", 200, 403)]
    [InlineData("{rules: [{to: [{operation: {methods: [GET], paths: [/open/*, '*.html']}}]}]}", 200, 403)]
    [InlineData("{rules: [{to: [{operation: {notPaths: ['/open/{*}/secret']}}]}]}", 200, 200)]
    [InlineData("{action: DENY, rules: [{to: [{operation: {paths: ['/open/{**}']}}]}]}", 403, 403)]
    [InlineData("{rules: [{from: [{source: {principals: [cluster.local/ns/istio-ingress/sa/default]}}]}]}", 200, 200)]
    [InlineData("{rules: [{from: [{source: {principals: [cluster.local/ns/other/sa/default]}}]}]}", 403, 403)]
    [InlineData("{rules: [{from: [{source: {namespaces: [istio-ingress]}}], to: [{operation: {ports: ['8080'], hosts: [pod]}}]}]}", 200, 200)]
    [InlineData("{action: DENY, rules: [{from: [{source: {notNamespaces: [whereami]}}]}]}", 403, 403)]
    [InlineData("{rules: [{from: [{source: {ipBlocks: [10.10.0.0/16]}}]}]}", 200, 200)]
    [InlineData("{rules: [{from: [{source: {ipBlocks: [10.20.0.0/16]}}]}]}", 403, 403)]
    [InlineData("{rules: [{from: [{source: {remoteIpBlocks: [35.191.0.1]}}]}]}", 200, 200)]
    [InlineData("{rules: [{when: [{key: 'request.headers[x-user]', values: [ann, 'b*']}]}]}", 200, 200)]
    [InlineData("{rules: [{when: [{key: 'request.headers[x-user]', notValues: [bob]}]}]}", 403, 403)]
    [InlineData("{selector: {matchLabels: {app: other}}}", 200, 200)]
    public async Task A_policy_decides_who_may_do_what(string spec, int get, int post)
    {
        await using var lab = await MeshLab.StartAsync();
        Apply(lab, $"AuthorizationPolicy, metadata: {{name: p, namespace: whereami}}, spec: {spec}");
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (client, _) = await lab.GatewayAsync();
        client.DefaultRequestHeaders.Add("x-user", "bob");

        var answer = await client.GetAsync("/open/door?x=/closed");
        Assert.Equal(get, (int)answer.StatusCode);
        Assert.Equal(get == 200 ? "us-1" : Denied, await answer.Content.ReadAsStringAsync());
        Assert.Equal(post, (int)(await client.PostAsync("/open/door", null)).StatusCode);
    }

    [Theory]
    [InlineData(true, "allow", 200, "asked")]
    [InlineData(true, "deny", 418, "no")]
    [InlineData(false, "allow", 403, Denied)]
    public async Task A_policy_with_action_CUSTOM_asks_its_authorizer_and_without_one_refuses(bool isThere, string header, int status, string body)
    {
        await using var lab = await MeshLab.StartAsync();
        Apply(
            lab,
            "AuthorizationPolicy, metadata: {name: p, namespace: whereami}, spec: {selector: {matchLabels: {app: whereami}}, action: CUSTOM, provider: {name: a}, rules: [{to: [{operation: {paths: [/asked]}}]}]}",
            snapshot => WithAuthorizer(
                snapshot, isThere ? new MeshExternalAuthorizer { Host = Authorizer, Port = 8000, ShownHeaders = ["x-ask"], UpstreamHeaders = ["x-said"], DownstreamHeaders = ["x-sa*"] } : null));
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context => context.Response.WriteAsync(context.Request.Headers["x-said"].ToString()));
        await lab.PodAsync("us", "authz", "10.10.0.2", """{"app":"authz"}""", listed: false, serve: context =>
        {
            context.Response.Headers["x-said"] = "asked";
            context.Response.StatusCode = context.Request.Headers["x-ask"] == "allow" ? 200 : 418;
            return context.Response.WriteAsync("no");
        });
        var (client, _) = await lab.GatewayAsync();
        client.DefaultRequestHeaders.Add("x-ask", header);

        Assert.Equal("", await client.GetStringAsync("/free"));
        var answer = await client.GetAsync("/asked");
        Assert.Equal((status, body), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(status == 418, answer.Headers.Contains("x-said"));
    }

    [Theory]
    [InlineData("whereami", "app: whereami")]
    [InlineData("istio-system", "istio: ingressgateway")]
    public async Task An_authorizer_that_speaks_gRPC_sees_the_request_and_says_what_becomes_of_it(string ns, string selector)
    {
        await using var lab = await MeshLab.StartAsync();
        Apply(
            lab,
            $"AuthorizationPolicy, metadata: {{name: p, namespace: {ns}}}, spec: {{selector: {{matchLabels: {{{selector}}}}}, action: CUSTOM, provider: {{name: a}}, rules: [{{to: [{{operation: {{paths: [/asked]}}}}]}}]}}",
            snapshot => WithAuthorizer(snapshot, new MeshExternalAuthorizer { Host = Authorizer, Port = 8000, IsGrpc = true }));
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context => context.Response.WriteAsync($"{context.Request.Headers["x-ext-authz-check-result"]}"));
        await lab.PodAsync("us", "authz", "10.10.0.2", """{"app":"authz"}""", listed: false, serve: ExternalAuthorizer.Create(_ => { }).MorePorts[9000]);
        var (client, _) = await lab.GatewayAsync();

        Assert.Equal("", await client.GetStringAsync("/free"));
        client.DefaultRequestHeaders.Add("x-ext-authz", "allow");
        Assert.Equal("allowed", await client.GetStringAsync("/asked"));

        client.DefaultRequestHeaders.Remove("x-ext-authz");
        client.DefaultRequestHeaders.Add("x-ext-authz", "deny");
        var denied = await client.GetAsync("/asked");
        Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        Assert.Equal("denied by ext_authz for not found header `x-ext-authz: allow` in the request", await denied.Content.ReadAsStringAsync());
        Assert.Equal("denied", denied.Headers.GetValues("x-ext-authz-check-result").Single());
        Assert.Contains("\":path\": \"/asked\"", denied.Headers.GetValues("x-ext-authz-check-received").Single());
    }

    [Fact]
    public async Task A_policy_of_the_gateway_keeps_requests_out_of_the_mesh_and_the_access_log_says_which()
    {
        await using var lab = await MeshLab.StartAsync();
        Apply(lab, """
            AuthorizationPolicy, metadata: {name: no-admin, namespace: istio-system},
             spec: {selector: {matchLabels: {istio: ingressgateway}}, action: DENY, rules: [{to: [{operation: {paths: ["/admin*"]}}]}]}
            """, snapshot => snapshot with { AccessLog = true });
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (client, _) = await lab.GatewayAsync();

        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/admin/x")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/open/%2e%2e/admin")).StatusCode);
        Assert.Equal("us-1", await client.GetStringAsync("/"));
        Assert.Equal(1, lab.Served["us-1"]);
        await Eventually.HoldsAsync(() => lab.Log.Any(line => line.Contains("\"GET /admin/x HTTP/1.1\" 403 - rbac_access_denied_matched_policy[ns[istio-system]-policy[no-admin]-rule[0]]")), "the denial is logged");
        await Eventually.HoldsAsync(
            () => lab.Log.Any(line => line.Contains("\"GET / HTTP/1.1\" 200 - via_upstream - \"-\" 0 4 ") && line.Contains("\"pod\" \"10.10.0.1:8080\" outbound|80||" + MeshLab.Host)),
            "and the answer");
        await Eventually.HoldsAsync(() => lab.Log.Any(line => line.Contains("inbound|8080||")), "and what the sidecar saw");
    }

    [Fact]
    public async Task Tokens_are_checked_and_their_claims_can_be_asked_for()
    {
        using var key = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var lab = await MeshLab.StartAsync();
        var keys = Keys(key, curve);
        Apply(lab, """
            RequestAuthentication, metadata: {name: jwt, namespace: whereami},
             spec: {jwtRules: [{issuer: testing, audiences: [lab], jwks: 'KEYS', forwardOriginalToken: false, outputClaimToHeaders: [{header: x-sub, claim: sub}]}]}
            """.Replace("KEYS", keys));
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context =>
            context.Response.WriteAsync($"{context.Request.Headers["x-sub"]} {context.Request.Headers.Authorization.Count}"));
        var (client, _) = await lab.GatewayAsync();

        Assert.Equal((200, " 0"), await SendAsync(client, null));
        Assert.Equal((200, "ann 0"), await SendAsync(client, Token(key, "testing", "lab", 60)));
        Assert.Equal((200, "ann 0"), await SendAsync(client, Token(curve, "testing", "lab", 60)));
        Assert.Equal((401, "Jwt is expired"), await SendAsync(client, Token(key, "testing", "lab", -600)));
        Assert.Equal((401, "Jwt issuer is not configured"), await SendAsync(client, Token(key, "other", "lab", 60)));
        Assert.Equal((401, "Audiences in Jwt are not allowed"), await SendAsync(client, Token(key, "testing", "else", 60)));
        Assert.Equal((401, "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"), await SendAsync(client, "abc"));
        Assert.Equal((401, "Jwt verification fails"), await SendAsync(client, Token(key, "testing", "lab", 60)[..^8] + "AAAAAAAA"));
        using var stranger = RSA.Create(2048);
        Assert.Equal((401, "Jwt verification fails"), await SendAsync(client, Token(stranger, "testing", "lab", 60)));

        Apply(lab, """
            RequestAuthentication, metadata: {name: jwt, namespace: whereami}, spec: {jwtRules: [{issuer: testing, jwks: 'KEYS'}]}
            ---
            AuthorizationPolicy, metadata: {name: token, namespace: whereami}, spec: {rules: [{
              from: [{source: {requestPrincipals: [testing/ann]}}], when: [{key: 'request.auth.claims[groups]', values: [admins]}]}]}
            """.Replace("KEYS", keys));
        lab.Publish();
        await Eventually.HoldsAsync(async () => await SendAsync(client, null) == (403, Denied), "a token is wanted");
        Assert.Equal(200, (await SendAsync(client, Token(key, "testing", "lab", 60))).Status);
        Assert.Equal((403, Denied), await SendAsync(client, Token(key, "testing", "lab", 60, "users")));
    }

    [Theory]
    [InlineData("'@request.auth.claims.groups': {exact: admins}", 200)]
    [InlineData("'@request.auth.claims[groups]': {prefix: read}", 200)]
    [InlineData("'@request.auth.claims.groups': {exact: 'readers,admins'}", 404)]
    [InlineData("'@request.auth.claims.sub': {}", 200)]
    public async Task Routes_choose_by_the_claims_of_a_token_each_entry_of_a_list_for_itself(string header, int expected)
    {
        using var key = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var lab = await MeshLab.StartAsync();
        Apply(lab, $"RequestAuthentication, metadata: {{name: jwt, namespace: istio-ingress}}, spec: {{jwtRules: [{{issuer: testing, jwks: '{Keys(key, curve)}'}}]}}");
        lab.Routes = [HttpRouteConversion.Convert(MeshYaml.Read($"{{match: [{{headers: {{{header}}}}}], route: [{{destination: {{host: {MeshLab.Host}}}}}]}}").Single(), "whereami")];
        await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (client, _) = await lab.GatewayAsync();

        Assert.Equal(404, (await SendAsync(client, null)).Status);
        Assert.Equal(expected, (await SendAsync(client, Token(key, "testing", "lab", 60))).Status);
    }

    private static void Apply(MeshLab lab, string yaml, Func<MeshSnapshot, MeshSnapshot>? besides = null)
    {
        var objects = yaml.Split("---\n").SelectMany(text => MeshYaml.Read("{kind: " + text.Trim() + "}")).ToList();
        var inputs = new MeshInputs
        {
            Local = new ClusterObjects { Cluster = "us" },
            AuthorizationPolicies = [.. objects.Where(item => (string?)item["kind"] == "AuthorizationPolicy")],
            RequestAuthentications = [.. objects.Where(item => (string?)item["kind"] == "RequestAuthentication")],
        };
        lab.With = snapshot => (besides ?? (same => same))(snapshot with
        {
            AuthorizationPolicies = AuthorizationPolicyConversion.Convert(inputs, []),
            RequestAuthentications = RequestAuthenticationConversion.Convert(inputs, []),
        });
    }

    /// <summary>A snapshot whose policies ask a Service with one endpoint, 10.10.0.2.</summary>
    private static MeshSnapshot WithAuthorizer(MeshSnapshot snapshot, MeshExternalAuthorizer? authorizer) => snapshot with
    {
        Services = snapshot.Services.Add(Authorizer, new MeshService
        {
            Host = Authorizer,
            Name = "authz",
            Namespace = "whereami",
            Ports = [new(8000, "http", "HTTP")],
            Endpoints = [new MeshEndpoint { ServicePort = 8000, Address = TestControlPlane.At("10.10.0.2:8080"), Cluster = "us", Identity = "spiffe://cluster.local/ns/whereami/sa/default" }],
        }),
        AuthorizationPolicies = [.. snapshot.AuthorizationPolicies.Select(policy => policy with { Authorizer = authorizer })],
    };

    private static async Task<(int Status, string Body)> SendAsync(HttpClient client, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static string Keys(RSA rsa, ECDsa curve)
    {
        var numbers = rsa.ExportParameters(false);
        var point = curve.ExportParameters(false).Q;
        string Text(byte[]? bytes) => Base64Url.EncodeToString(bytes);
        return new JsonObject
        {
            ["keys"] = new JsonArray(
                new JsonObject { ["kty"] = "RSA", ["e"] = Text(numbers.Exponent), ["n"] = Text(numbers.Modulus) },
                new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Text(point.X), ["y"] = Text(point.Y) }),
        }.ToJsonString();
    }

    private static string Token(AsymmetricAlgorithm key, string issuer, string audience, int seconds, string group = "admins")
    {
        string Section(JsonObject node) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(node.ToJsonString()));
        var signed = Section(new JsonObject { ["alg"] = key is RSA ? "RS256" : "ES256", ["typ"] = "JWT" }) + "." + Section(new JsonObject
        {
            ["iss"] = issuer,
            ["sub"] = "ann",
            ["aud"] = audience,
            ["exp"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + seconds,
            ["groups"] = new JsonArray("readers", group),
        });
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = key is RSA rsa ? rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) : ((ECDsa)key).SignData(bytes, HashAlgorithmName.SHA256);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }
}
