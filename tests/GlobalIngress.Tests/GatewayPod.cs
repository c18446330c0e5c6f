using System.Net;
using Microsoft.AspNetCore.Http;

namespace GlobalIngress.Tests;

/// <summary>A pod behind the load balancer: says its name, and is as healthy as the test wants.</summary>
internal sealed class GatewayPod(string name) : IAsyncDisposable
{
    private TestServer? server;

    public IPEndPoint Address { get; private set; } = null!;

    public bool IsHealthy { get; set; } = true;

    /// <summary>Answers in place of the pod's name.</summary>
    public RequestDelegate? Serve { get; set; }

    public int Requests { get; private set; }

    public string? LastPath { get; private set; }

    public IHeaderDictionary? LastHeaders { get; private set; }

    public static async Task<GatewayPod> StartAsync(string name)
    {
        var pod = new GatewayPod(name);
        await pod.ComeBackAsync();
        return pod;
    }

    /// <summary>Listens again on the port that it had.</summary>
    public async Task ComeBackAsync()
    {
        server = await TestServer.StartAsync(AnswerAsync, Address?.Port ?? 0);
        Address = server.Address;
    }

    /// <summary>Ends as a killed process does: its port refuses, its connections break.</summary>
    public async Task EndAsync()
    {
        await server!.DisposeAsync();
        server = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/healthz/ready")
        {
            context.Response.StatusCode = IsHealthy ? 200 : 503;
            return Task.CompletedTask;
        }

        Requests++;
        LastPath = context.Request.Path;
        LastHeaders = new HeaderDictionary(context.Request.Headers.ToDictionary());
        return Serve is null ? context.Response.WriteAsync(name) : Serve(context);
    }
}
