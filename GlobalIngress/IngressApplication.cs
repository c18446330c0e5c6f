using GlobalIngress.Controller;
using GlobalIngress.Fleet;
using GlobalIngress.Frontend;
using GlobalIngress.Kubernetes;
using GlobalIngress.LoadBalancing;
using ServiceDefaults;

namespace GlobalIngress;

/// <summary>The process: the load balancer on its addresses, the controller behind it.</summary>
internal static class IngressApplication
{
    // URL and headers of a request (https://docs.cloud.google.com/load-balancing/docs/quotas); more is answered 431, a longer URL 414.
    private const int MostHeaders = 64 * 1024;

    // Connections of clients stay open; nothing waits for them at the end.
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromMilliseconds(500);

    public static WebApplication Build(IngressOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.AddServiceDefaults("global-ingress");
        var vip = VirtualIp.For(options);
        var tls = new TlsFrontend();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.AllowHostHeaderOverride = true;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestHeadersTotalSize = MostHeaders;
            kestrel.Limits.MaxRequestLineSize = MostHeaders;
            kestrel.Limits.MaxRequestHeaderCount = 1_000;
            kestrel.Limits.Http2.MaxRequestHeaderFieldSize = MostHeaders;
            foreach (var listener in vip.Listeners)
            {
                kestrel.Listen(listener, listen => listen.UseClients(tls));
            }
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTime);
        AddIngress(builder.Services, options, vip, tls);

        var app = builder.Build();
        app.Run(app.Services.GetRequiredService<LoadBalancer>().InvokeAsync);
        if (vip.Problem is not null)
        {
            app.Logger.LogWarning("The VIP is {Url}: {Problem}", vip.Url, vip.Problem);
        }

        app.Lifetime.ApplicationStarted.Register(() => app.Logger.LogInformation(
            "Load balancer on {Listeners}; config cluster {Config}, members {Members}",
            string.Join(", ", vip.Listeners), options.ConfigCluster, string.Join(", ", options.Members)));
        return app;
    }

    private static void AddIngress(IServiceCollection services, IngressOptions options, VirtualIp vip, TlsFrontend tls)
    {
        services.AddSingleton(options);
        services.AddSingleton(vip);
        services.AddSingleton(tls);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Signal>();
        services.AddSingleton(new KubeconfigFile(options.Kubeconfig));
        services.AddSingleton(provider => new ConfigCluster(
            options.ConfigCluster, provider.GetRequiredService<KubeconfigFile>(), provider.GetRequiredService<Signal>().Set, Log(provider, "config cluster")));
        services.AddSingleton<IReadOnlyList<MemberCluster>>(provider => [.. options.Members.Select(member => new MemberCluster(
            member, provider.GetRequiredService<KubeconfigFile>(), provider.GetRequiredService<Signal>().Set, Log(provider, "member cluster")))]);
        services.AddSingleton<RequestSpans>();
        services.AddSingleton<LoadBalancer>();
        services.AddSingleton(provider => new EndpointRegistry(provider.GetRequiredService<LoadBalancer>().Refresh, Log(provider, "health")));
        services.AddSingleton<LoadBalancerFeed>();
        services.AddSingleton<EventRecorder>();
        services.AddSingleton<IngressStatus>();
        services.AddSingleton<ConfigReconciler>();
        services.AddSingleton<EmptyServices>();
        services.AddHostedService<IngressController>();
    }

    private static ILogger Log(IServiceProvider provider, string category) => provider.GetRequiredService<ILoggerFactory>().CreateLogger(category);
}
