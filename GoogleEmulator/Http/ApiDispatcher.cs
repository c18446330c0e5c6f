using System.Text.Json;
using GoogleEmulator.Faults;
using GoogleEmulator.Projects;
using GoogleEmulator.Shell;

namespace GoogleEmulator.Http;

/// <summary>What happens to every request before its method: credentials, injected faults, the project, enabled APIs, permissions.</summary>
internal sealed class ApiDispatcher(ProjectTable projects, AccessToken token, FaultTable faults, ILogger<ApiDispatcher> logger)
{
    public async Task AnswerAsync(HttpContext http, GoogleApi api, string? permission, ApiRoutes.Handler handler)
    {
        try
        {
            if (!token.IsIn(http.Request))
            {
                throw GoogleException.Unauthenticated();
            }

            var fault = faults.Take(http.Request);
            if (fault is not null && await fault.StrikeAsync(http))
            {
                logger.LogInformation("{Method} {Path}: injected fault {Fault}", http.Request.Method, http.Request.Path, fault.Id);
                return;
            }

            var body = await JsonBody.ReadAsync(http.Request);
            // Where the path names none it is the caller's own.
            var project = http.Request.RouteValues["project"] is string name ? projects.Find(name, api) : projects.All.First();
            project.Check(api, permission);
            var answer = await handler(new ApiCall(http, api, project, body, fault));
            logger.LogDebug("{Method} {Path}", http.Request.Method, http.Request.Path);
            if (fault?.Drop == Drop.After)
            {
                http.Abort();
                return;
            }

            await JsonBody.WriteAsync(http.Response, 200, answer);
        }
        catch (GoogleException refusal)
        {
            logger.LogInformation("{Method} {Path}: {Code} {Message}", http.Request.Method, http.Request.Path, refusal.Code, refusal.Message);
            await JsonBody.WriteAsync(http.Response, refusal.Code, refusal.ToBody());
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; nobody reads an answer.
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            var refusal = GoogleException.Invalid($"Invalid JSON payload received: {error.Message}");
            logger.LogWarning("{Method} {Path}: {Message}", http.Request.Method, http.Request.Path, error);
            await JsonBody.WriteAsync(http.Response, refusal.Code, refusal.ToBody());
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            // gcloud cannot read an answer without a body.
            var refusal = new GoogleException(500, "INTERNAL", $"Internal error encountered: {error.Message}", "backendError");
            logger.LogError(error, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
            await JsonBody.WriteAsync(http.Response, refusal.Code, refusal.ToBody());
        }
    }

    /// <summary>Anything that no method answers.</summary>
    public Task RefuseUnknownAsync(HttpContext http)
    {
        var refusal = token.IsIn(http.Request)
            ? GoogleException.Unimplemented($"{http.Request.Method} {http.Request.Path}")
            : GoogleException.Unauthenticated();
        logger.LogWarning("{Method} {Path}: {Message}", http.Request.Method, http.Request.Path, refusal.Message);
        return JsonBody.WriteAsync(http.Response, refusal.Code, refusal.ToBody());
    }
}
