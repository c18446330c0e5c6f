using Emulator.Mesh.Conversion;
using Emulator.Tests.Mesh;
using Testing;

namespace Emulator.Tests.DataPlane;

/// <summary>AuthorizationPolicies that are tried out before they hold.</summary>
public sealed class DryRunTests
{
    [Theory]
    [InlineData("{action: DENY, rules: [{to: [{operation: {paths: [/headers]}}]}]}", "deny", "shadow denied, matched policy ns[whereami]-policy[p]-rule[0]")]
    [InlineData("{action: DENY, rules: [{to: [{operation: {paths: [/other]}}]}]}", "deny", "shadow allowed, matched policy none")]
    [InlineData("{rules: [{to: [{operation: {paths: [/other]}}]}]}", "allow", "shadow denied, matched policy none")]
    [InlineData("{rules: [{to: [{operation: {paths: [/headers]}}]}]}", "allow", "shadow allowed, matched policy ns[whereami]-policy[p]-rule[0]")]
    public async Task A_policy_that_is_tried_out_refuses_nothing_and_says_what_it_would_have_done(string spec, string action, string verdict)
    {
        await using var lab = await MeshLab.StartAsync();
        var inputs = new MeshInputs
        {
            Local = new ClusterObjects { Cluster = "us" },
            AuthorizationPolicies =
                [.. MeshYaml.Read($"{{kind: AuthorizationPolicy, metadata: {{name: p, namespace: whereami, annotations: {{istio.io/dry-run: 'true'}}}}, spec: {spec}}}")],
        };
        lab.With = snapshot => snapshot with { AuthorizationPolicies = AuthorizationPolicyConversion.Convert(inputs, []) };
        var (_, _, proxy) = await lab.PodAsync("us", "us-1", "10.10.0.1");
        var (client, _) = await lab.GatewayAsync();

        Assert.Equal("us-1", await client.GetStringAsync("/headers"));

        await Eventually.HoldsAsync(() => lab.Log.Any(line => line.EndsWith("\tdebug\tenvoy rbac\t" + verdict, StringComparison.Ordinal)), "the verdict is logged");
        var result = verdict.Contains("denied", StringComparison.Ordinal) ? "denied" : "allowed";
        Assert.Contains($"envoy_http_inbound_0_0_0_0_8080_rbac{{authz_dry_run_action=\"{action}\",authz_dry_run_result=\"{result}\"}} 1", await MeshLab.PageAsync(proxy, "/stats/prometheus"));
    }
}
