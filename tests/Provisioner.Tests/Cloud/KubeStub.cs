using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Provisioner.Tests.Cloud;

/// <summary>A Kubernetes API that keeps what is applied to it: enough for what the cloud's drivers do inside clusters.</summary>
internal sealed class KubeStub : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, JsonObject> objects = new();
    private WebApplication? app;

    public string Url { get; private set; } = "";

    /// <summary>Paths of the objects that were deleted, in order.</summary>
    public ConcurrentQueue<string> Deleted { get; } = new();

    public JsonObject? this[string path] => objects.GetValueOrDefault(path);

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(HandleAsync);
        await app.StartAsync();
        Url = app.Urls.Single();
    }

    public void Put(string path, JsonObject item) => objects[path] = item;

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        JsonObject? answer = null;
        if (HttpMethods.IsPatch(context.Request.Method))
        {
            answer = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
            objects[path] = (JsonObject)answer.DeepClone();
        }
        else if (HttpMethods.IsDelete(context.Request.Method))
        {
            if (objects.TryRemove(path, out answer))
            {
                Deleted.Enqueue(path);
            }
        }
        else
        {
            // /apis/networking.gke.io/v1/multiclusteringresses lists those of /apis/networking.gke.io/v1/namespaces/*/multiclusteringresses/*
            var kind = path[(path.LastIndexOf('/') + 1)..];
            answer = path == "/readyz" ? [] : objects.GetValueOrDefault(path);
            if (answer is null && kind.EndsWith('s') && kind != "asm-options")
            {
                answer = new JsonObject { ["items"] = new JsonArray([.. objects.Where(item => item.Key.Contains($"/{kind}/")).Select(item => item.Value.DeepClone())]) };
            }
        }

        context.Response.StatusCode = answer is null ? 404 : 200;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync((answer ?? []).ToJsonString());
    }
}
