using Emulator.Mesh.Conversion;
using Emulator.Tests.Mesh;
using Testing;

namespace Emulator.Tests.DataPlane;

/// <summary>Access logs as Telemetries ask for them.</summary>
public sealed class AccessLogTests
{
    [Theory]
    [InlineData("{}", "outbound 200, inbound 200, outbound 404, inbound 404")]
    [InlineData("{disabled: true}", "")]
    [InlineData("{disabled: true, match: {mode: CLIENT}}", "inbound 200, inbound 404")]
    [InlineData("{match: {mode: SERVER}, filter: {expression: response.code >= 400}}", "outbound 200, outbound 404, inbound 404")]
    [InlineData("{filter: {expression: response.code >= 400}}", "outbound 404, inbound 404")]
    [InlineData("{filter: {expression: \"connection.mtls && request.url_path == '/missing'\"}}", "inbound 404")]
    [InlineData("{filter: {expression: \"request.headers['x-user'] == 'ann' && !xds.cluster_name.startsWith('inbound')\"}}", "outbound 200, outbound 404")]
    [InlineData("{match: {mode: CLIENT}, filter: {expression: response.flags == 0}}", "outbound 200, inbound 200, outbound 404, inbound 404")]
    [InlineData("{filter: {expression: response.flags > 0}}", "")]
    [InlineData("{filter: {expression: \"request.headers['x-other'] == 'ann'\"}}", "")]
    public async Task A_Telemetry_says_which_requests_have_a_line(string entry, string expected)
    {
        await using var lab = await MeshLab.StartAsync();
        var inputs = new MeshInputs
        {
            Local = new ClusterObjects { Cluster = "us" },
            Telemetries = [.. MeshYaml.Read($"{{kind: Telemetry, metadata: {{name: t, namespace: istio-system}}, spec: {{accessLogging: [{entry}]}}}}")],
        };
        // What the Telemetry does not speak of is as the mesh settings have it.
        lab.With = snapshot => snapshot with { AccessLog = true, Telemetries = TelemetryConversion.Convert(inputs) };
        await lab.PodAsync("us", "us-1", "10.10.0.1", serve: context =>
        {
            context.Response.StatusCode = context.Request.Path == "/missing" ? 404 : 200;
            return Task.CompletedTask;
        });
        var (client, _) = await lab.GatewayAsync();
        client.DefaultRequestHeaders.Add("x-user", "ann");

        await client.GetAsync("/there?x=1");
        await client.GetAsync("/missing");

        await Eventually.HoldsAsync(() => Lines(lab) == expected, $"the log has: {expected}; it has: {Lines(lab)}");
    }

    // "[time] "GET /missing HTTP/1.1" 404 … outbound|80||whereami…": the gateway's line is written after the sidecar's.
    private static string Lines(MeshLab lab) => string.Join(", ", lab.Log.Where(line => line.Contains("\"GET /", StringComparison.Ordinal))
        .Select(line => (Direction: line.Contains("inbound|", StringComparison.Ordinal) ? "inbound" : "outbound", Status: line.Split("\" ")[1][..3]))
        .OrderBy(line => line.Status).ThenByDescending(line => line.Direction)
        .Select(line => $"{line.Direction} {line.Status}"));
}
