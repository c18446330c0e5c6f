using Testing;

namespace Bench;

/// <summary>Requests per second and latency of VIP, gateway, sidecar and whereami, against nginx with the same TLS hops in the same run.</summary>
internal static class TrafficMeasurement
{
    public static async Task RunAsync()
    {
        if (Tool.Find("wrk") is null || Tool.Find("nginx") is null)
        {
            Console.WriteLine("left out: needs wrk and nginx on PATH (Debian packages of these names)");
            return;
        }

        await using var lab = await LabProcess.StartReadyAsync();
        var gateway = lab.State!["clusters"]![0]!["gatewayUrl"]!.GetValue<string>();
        using var nginx = await NginxChain.StartAsync();
        foreach (var connections in (int[])[1, 32])
        {
            Console.WriteLine($"{connections} connections");
            await Wrk.RunAsync("warm-up", lab.VipUrl, connections, print: false);
            await Wrk.RunAsync("lab: VIP, gateway, mTLS, sidecar (in memory:) whereami", lab.VipUrl, connections);
            await Wrk.RunAsync("lab: gateway us, mTLS, sidecar (in memory:) whereami", gateway, connections);
            await Wrk.RunAsync("nginx: proxy, proxy, mTLS, proxy, static answer", nginx.VipUrl, connections);
            await Wrk.RunAsync("nginx: static answer alone", nginx.ApplicationUrl, connections);
        }
    }
}
