using System.Globalization;
using Emulator.Mesh;

namespace Emulator.DataPlane.Routing;

/// <summary>A compiled <see cref="MeshCorsPolicy"/>: answers preflight requests, and tells pages of allowed origins that they may read answers.</summary>
internal sealed class CorsRules(MeshCorsPolicy policy)
{
    private readonly StringMatcher[] origins = [.. policy.AllowOrigins.Select(origin => new StringMatcher(origin))];

    /// <summary>Whether the page that sends the request may have its answer.</summary>
    public bool Allows(HttpRequest request) =>
        request.Headers.Origin.ToString() is { Length: > 0 } origin && Array.Exists(origins, candidate => candidate.Matches(origin));

    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.Origin.Count > 0 && request.Headers.AccessControlRequestMethod.Count > 0;

    public void AnswerPreflight(HttpContext context)
    {
        var headers = context.Response.Headers;
        Mark(context);
        Set(policy.AllowMethods, value => headers.AccessControlAllowMethods = value);
        Set(policy.AllowHeaders, value => headers.AccessControlAllowHeaders = value);
        if (policy.MaxAge is { } age)
        {
            headers.AccessControlMaxAge = age.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        }

        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentLength = 0;
    }

    public void Complete(HttpContext context)
    {
        Mark(context);
        Set(policy.ExposeHeaders, value => context.Response.Headers.AccessControlExposeHeaders = value);
    }

    private void Mark(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = context.Request.Headers.Origin.ToString();
        if (policy.AllowCredentials)
        {
            headers.AccessControlAllowCredentials = "true";
        }
    }

    private static void Set(IEnumerable<string> values, Action<string> set)
    {
        if (values.Any())
        {
            set(string.Join(',', values));
        }
    }
}
