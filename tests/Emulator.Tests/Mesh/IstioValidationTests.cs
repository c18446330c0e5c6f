using Emulator.Mesh.Validation;
using Emulator.Storage;
using Testing;

namespace Emulator.Tests.Mesh;

public sealed class IstioValidationTests
{
    private const string Denied = "admission webhook \"rev.validation.istio.io\" denied the request: configuration is invalid: ";

    [Theory]
    [InlineData("{hosts: [a]}", "http, tcp or tls must be provided in virtual service")]
    [InlineData("{hosts: ['*'], http: [{route: [{destination: {host: a}}]}]}", "wildcard host * is not allowed for virtual services bound to the mesh gateway")]
    [InlineData("{hosts: [a], http: [{}]}", "HTTP route, redirect or direct_response is required")]
    [InlineData("{hosts: [a_b], http: [{route: [{destination: {host: a}}]}]}", "domain name \"a_b\" invalid (label \"a_b\" invalid)")]
    [InlineData("{hosts: [a.com, '*.com'], http: [{route: [{destination: {host: a}}]}]}", "duplicate hosts in virtual service: a.com & *.com")]
    [InlineData("{hosts: [a], http: [{route: [{destination: {host: a}}, {destination: {host: b}}]}]}", "total destination weight = 0")]
    [InlineData("{hosts: [a], http: [{route: [{destination: {host: a}, weight: -1}]}]}", "weight -1 < 0")]
    [InlineData("{hosts: [a], http: [{match: [{uri: {regex: ''}}], route: [{destination: {host: a}}]}]}", "\"uri\": regex string match should not be empty")]
    [InlineData("{hosts: [a], http: [{match: [{method: {prefix: ''}}], route: [{destination: {host: a}}]}]}", "\"method\": prefix string match should not be empty")]
    [InlineData("{hosts: [a], http: [{redirect: {uri: /}, route: [{destination: {host: a}}]}]}", "HTTP route cannot contain both route and redirect")]
    [InlineData("{hosts: [a], http: [{redirect: {redirectCode: 200, uri: /}}]}", "200 is not a valid redirect code, must be 3xx")]
    [InlineData("{hosts: [a], http: [{directResponse: {status: 99}}]}", "HTTP status 99 is not in range 200-599")]
    [InlineData("{hosts: [a], http: [{timeout: 10us, route: [{destination: {host: a}}]}]}", "duration must be greater than 1ms")]
    [InlineData("{hosts: [a], http: [{timeout: soon, route: [{destination: {host: a}}]}]}", "invalid duration \"soon\": expected a number and a unit, such as 1.5s, 300ms or 1h")]
    [InlineData("{hosts: [a], http: [{retries: {attempts: 1, retryOn: always}, route: [{destination: {host: a}}]}]}", "\"always\" is not a valid retryOn policy")]
    [InlineData("{hosts: [a], http: [{fault: {delay: {fixedDelay: 1s, percentage: {value: 101}}}, route: [{destination: {host: a}}]}]}", "percentage 101 is neither 0.0, nor in range [0.0001, 100.0]")]
    [InlineData("{gateways: [g], http: [{route: [{destination: {host: a}}]}]}", "delegate virtual service must have no gateways specified")]
    [InlineData("{hosts: [a], gateways: [A/b/c], http: [{route: [{destination: {host: a}}]}]}", "invalid value for gateway name: \"b/c\"")]
    public void A_virtual_service_with_a_fault_is_refused_in_istios_words(string spec, string message) =>
        Assert.Equal(Denied + message, Refusal("VirtualService", spec));

    [Fact]
    public void A_regex_that_re2_does_not_know_is_refused()
    {
        var refusal = Refusal("VirtualService", "{hosts: [a], http: [{match: [{uri: {regex: '(?=x)'}}], route: [{destination: {host: a}}]}]}");

        Assert.StartsWith(Denied + "\"uri\": error parsing regexp: ", refusal);
        Assert.EndsWith("Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)", refusal);
    }

    [Fact]
    public void All_faults_are_told_at_once() => Assert.Equal(
        Denied + "2 errors occurred:\n\t* domain name \"a_b\" invalid (label \"a_b\" invalid)\n\t* http, tcp or tls must be provided in virtual service\n",
        Refusal("VirtualService", "{hosts: [a_b]}"));

    [Theory]
    [InlineData("{}", "gateway must have at least one server")]
    [InlineData("{servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: []}]}", "server config must contain at least one host")]
    [InlineData("{servers: [{port: {number: 80, name: http, protocol: SMTP}, hosts: ['*']}]}", "invalid protocol \"SMTP\", supported protocols are HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP")]
    [InlineData("{servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: ['*']}]}", "server must have TLS settings for HTTPS/TLS protocols")]
    [InlineData("{servers: [{port: {number: 0, name: http, protocol: HTTP}, hosts: ['*']}]}", "port number 0 must be in the range 1..65535")]
    [InlineData("{servers: [{port: {number: 80, name: x, protocol: HTTP}, hosts: ['*']}, {port: {number: 81, name: x, protocol: HTTP}, hosts: ['*']}]}", "port names in servers must be unique: duplicate name x")]
    public void A_gateway_with_a_fault_is_refused_in_istios_words(string spec, string message) => Assert.Equal(Denied + message, Refusal("Gateway", spec));

    [Theory]
    [InlineData("{host: ''}", "empty domain name not allowed")]
    [InlineData("{host: a, subsets: [{name: v1}, {name: v1}]}", "duplicate subset names: v1")]
    [InlineData("{host: a, trafficPolicy: {outlierDetection: {maxEjectionPercent: 101}}}", "percentage 101 is not in range 0..100")]
    public void A_destination_rule_with_a_fault_is_refused_in_istios_words(string spec, string message) =>
        Assert.Equal(Denied + message, Refusal("DestinationRule", spec));

    [Theory]
    [InlineData("{mtls: {mode: SOMETIMES}}", "unknown mTLS mode \"SOMETIMES\": expected UNSET, DISABLE, PERMISSIVE or STRICT")]
    [InlineData("{portLevelMtls: {'80': {mode: STRICT}}}", "mesh/namespace peer authentication cannot have port level mTLS")]
    public void A_peer_authentication_with_a_fault_is_refused(string spec, string message) => Assert.Equal(Denied + message, Refusal("PeerAuthentication", spec));

    [Fact]
    public void What_an_embedded_mesh_does_not_act_on_is_answered_with_a_warning_that_names_the_mode_that_does()
    {
        Assert.Equal(
            ["sidecars.networking.istio.io \"x\": spec.egress[0].bind is not acted on in embedded mode: it takes effect in a lab started with --mode k3s"],
            Warnings("Sidecar", "{egress: [{bind: 127.0.0.1, hosts: ['./*']}]}"));
        Assert.EndsWith("; its rate limits do not hold, no request is answered 429 because of them", Assert.Single(Warnings(
            "EnvoyFilter", "{configPatches: [{applyTo: HTTP_FILTER, patch: {operation: INSERT_BEFORE, value: {name: envoy.filters.http.local_ratelimit}}}]}")));
        Assert.Empty(Warnings("AuthorizationPolicy", "{action: AUDIT, rules: [{}]}"));
        Assert.Contains("spec.servers[0].tls.cipherSuites", Assert.Single(Warnings(
            "Gateway", "{servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: ['*'], tls: {mode: MUTUAL, credentialName: c, cipherSuites: [x]}}]}")));
    }

    [Theory]
    [InlineData("{action: DENY}", "a deny policy without `rules` is meaningless as it will never be triggered")]
    [InlineData("{rules: [{when: [{key: request.size, values: [a]}]}]}", "unknown attribute request.size")]
    [InlineData("{rules: [{when: [{key: source.ip}]}]}", "at least one of `values` or `notValues` must be set for key source.ip, found at rule 0")]
    [InlineData("{rules: [{from: [{source: {ipBlocks: [everywhere]}}]}]}", "ipBlocks: \"everywhere\" is neither an address nor a range such as 10.0.0.0/8, found at rule 0")]
    [InlineData("{rules: [{to: [{operation: {}}]}]}", "`to.operation` cannot be empty, found at rule 0")]
    public void An_authorization_policy_with_a_fault_is_refused(string spec, string message) =>
        Assert.StartsWith(Denied + message, Refusal("AuthorizationPolicy", spec));

    [Theory]
    [InlineData("{jwtRules: [{}]}", "issuer cannot be empty")]
    [InlineData("{jwtRules: [{issuer: a, jwks: none}]}", "issuer \"a\": jwks is no JSON Web Key Set")]
    [InlineData("{jwtRules: [{issuer: a, jwksUri: 'ftp://b/c'}]}", "issuer \"a\": jwksUri \"ftp://b/c\" is no http or https URL")]
    public void A_request_authentication_with_a_fault_is_refused(string spec, string message) =>
        Assert.StartsWith(Denied + message, Refusal("RequestAuthentication", spec));

    [Fact]
    public async Task The_labs_own_manifests_cause_no_warning()
    {
        foreach (var file in (string[])["asm-nw-ingress.yaml", "destination-rule.yaml", "peer-authentication.yaml"])
        {
            foreach (var node in MeshYaml.Read(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "kube", file))))
            {
                Assert.Empty(Admit(node.Kind(), node["spec"]!.ToJsonString()));
            }
        }
    }

    [Fact]
    public void A_rule_after_one_that_takes_everything_is_warned_of() => Assert.Equal(
        ["virtualService rule #1 not used (only the last rule can have no matches)"],
        Warnings("VirtualService", "{hosts: [a], http: [{route: [{destination: {host: a}}]}, {match: [{uri: {exact: /x}}], route: [{destination: {host: b}}]}]}"));

    [Fact]
    public async Task References_that_lead_nowhere_become_events_on_the_object()
    {
        await using var cluster = new MeshTestCluster();
        await cluster.StartIstiodAsync();
        cluster.Apply("{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: v, namespace: shop}, spec: {hosts: [a], http: [{route: [{destination: {host: gone}}]}]}}");

        await Eventually.HoldsAsync(
            () => cluster.Store.List(KnownTypes.Events, "shop").Items.Any(item =>
                item.Node["involvedObject"]?["name"].Text() == "v" && item.Node["type"].Text() == "Warning"
                && item.Node["message"].Text() == "Error [IST0101] Referenced host not found: \"gone.shop.svc.cluster.local\""),
            "there is an event on the virtual service");
        Assert.Contains("Error [IST0101] (VirtualService shop/v) Referenced host not found", cluster.Log);
        Assert.Contains("\"code\":\"IST0101\"", await cluster.GetAsync(15014, "/debug/analysisz"));
    }

    [Fact]
    public async Task A_service_entry_with_DNS_gets_the_addresses_of_its_name()
    {
        await using var cluster = new MeshTestCluster();
        await cluster.StartIstiodAsync();
        cluster.Apply("{apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: self, namespace: shop}, spec: {hosts: [localhost], resolution: DNS, ports: [{number: 80, name: http}]}}");

        var snapshot = await cluster.SnapshotAsync(now => now.Services.TryGetValue("localhost", out var service) && !service.Endpoints.IsEmpty);
        Assert.Contains(snapshot.Services["localhost"].Endpoints, endpoint => System.Net.IPAddress.IsLoopback(endpoint.Address.Address));
    }

    private static string Refusal(string kind, string spec) => Assert.Throws<ApiException>(() => Admit(kind, spec)).Message;

    private static List<string> Warnings(string kind, string spec) => Admit(kind, spec);

    private static List<string> Admit(string kind, string spec)
    {
        var definition = MeshTestCluster.Catalog().All.Single(item => item.Kind == kind && item.Group.EndsWith(".istio.io", StringComparison.Ordinal));
        var node = MeshYaml.Read($"{{kind: {kind}, metadata: {{name: x, namespace: shop}}, spec: {spec}}}").Single();
        var request = new AdmissionRequest(definition, WriteVerb.Create, "", node, null, WriteOptions.System);
        new IstioValidation().Admit(request);
        return request.Warnings;
    }
}
