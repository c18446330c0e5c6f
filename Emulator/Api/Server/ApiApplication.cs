using Emulator.Api.Discovery;
using Emulator.Api.Http;
using Emulator.Api.Resources;
using Emulator.Api.Security;
using Emulator.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace Emulator.Api.Server;

/// <summary>What Kestrel calls for every request: who is it, may they, who answers.</summary>
internal sealed class ApiApplication(
    Authenticator authenticator,
    RbacAuthorizer authorizer,
    Impersonation impersonation,
    ResourceEndpoints resources,
    SystemEndpoints system,
    Bootstrap bootstrap,
    ObjectStore store,
    ApiFaults faults,
    ILogger<ApiApplication> logger) : IHttpApplication<HttpContext>
{
    private readonly CancellationTokenSource stopping = new();

    public HttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<HttpContext> container)
        {
            return new DefaultHttpContext(contextFeatures);
        }

        if (container.HostContext is DefaultHttpContext known)
        {
            known.Initialize(contextFeatures);
            return known;
        }

        return container.HostContext = new DefaultHttpContext(contextFeatures);
    }

    public void DisposeContext(HttpContext context, Exception? exception) => (context as DefaultHttpContext)?.Uninitialize();

    /// <summary>Ends the requests that would go on for long, such as watches.</summary>
    public void Stop() => stopping.Cancel();

    public async Task ProcessRequestAsync(HttpContext context)
    {
        using var tracked = faults.Track(context);
        AddHeaders(context);
        using var ending = stopping.Token.UnsafeRegister(static state => ((HttpContext)state!).Abort(), context);
        ApiRequest? request = null;
        try
        {
            await bootstrap.Done;
            if (faults.Holds(context))
            {
                await faults.HoldAsync(context);
                return;
            }

            request = Admit(context);
            if (store.IsKept && !HttpMethods.IsGet(context.Request.Method))
            {
                context.Response.OnStarting(static kept => ((ObjectStore)kept).FlushedAsync(), store);
            }

            await (request.Info.IsResource ? resources.HandleAsync(request) : system.HandleAsync(request));
        }
        catch (ApiException refusal)
        {
            if (request is not null && !context.Response.HasStarted)
            {
                ApiResponse.AddWarnings(context, request.Warnings);
            }

            await RefuseAsync(context, refusal);
        }
        catch (OperationCanceledException) when (context.Response.HasStarted)
        {
            // The client is gone, or does not read what it asked for.
            context.Abort();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone: there is nobody to answer.
        }
        catch (Exception fault) when (fault is BadHttpRequestException or IOException or ConnectionResetException)
        {
            await RefuseAsync(context, ApiErrors.BadRequest(fault.Message));
        }
        catch (Exception fault)
        {
            logger.LogError(fault, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
            await RefuseAsync(context, HttpErrors.Internal(fault.Message));
        }
    }

    /// <exception cref="ApiException">401 or 403.</exception>
    private ApiRequest Admit(HttpContext context)
    {
        var user = impersonation.Apply(context, authenticator.Authenticate(context));
        var query = context.Request.Query;
        var watch = query.TryGetValue("watch", out var flag) && flag[0] is not ("false" or "0");
        var info = RequestInfo.Parse(context.Request.Method, context.Request.Path.Value ?? "/", watch);
        if (!user.IsMaster)
        {
            authorizer.Demand(user, AccessRequest.From(info));
        }

        return new ApiRequest(context, info, user);
    }

    /// <summary>What every answer of the real server carries: the request's own id or a new one, and that nobody in between is to keep the answer.</summary>
    private static void AddHeaders(HttpContext context)
    {
        var asked = context.Request.Headers["Audit-ID"].ToString();
        context.Response.Headers["Audit-Id"] = asked.Length > 0 ? asked : Guid.NewGuid().ToString();
        context.Response.Headers.CacheControl = "no-cache, private";
    }

    private static async Task RefuseAsync(HttpContext context, ApiException refusal)
    {
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
            return;
        }

        await ApiResponse.WriteRefusalAsync(context, refusal);
    }
}
