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
        Console.WriteLine("cold: the first requests after the start, 32 connections");
        await Wrk.RunAsync("lab: VIP, gateway, mTLS, sidecar (in memory:) whereami", lab.VipUrl, 32);
        await Wrk.RunAsync("nginx: proxy, proxy, mTLS, proxy, static answer", nginx.VipUrl, 32);
        foreach (var connections in (int[])[1, 8, 64, 256])
        {
            Console.WriteLine($"{connections} connections");
            await CompareAsync(lab, gateway, nginx, connections, close: false);
        }

        Console.WriteLine("8 connections that end after each answer");
        await CompareAsync(lab, gateway, nginx, 8, close: true);
    }

    private static async Task CompareAsync(LabProcess lab, string gateway, NginxChain nginx, int connections, bool close)
    {
        await Wrk.RunAsync("warm-up", lab.VipUrl, connections, print: false, close);
        await Wrk.RunAsync("lab: VIP, gateway, mTLS, sidecar (in memory:) whereami", lab.VipUrl, connections, close: close);
        await Wrk.RunAsync("lab: gateway us, mTLS, sidecar (in memory:) whereami", gateway, connections, close: close);
        await Wrk.RunAsync("nginx: proxy, proxy, mTLS, proxy, static answer", nginx.VipUrl, connections, close: close);
    }
}
