using Microsoft.Extensions.Primitives;

namespace Whereami.Http;

/// <summary>Cross-origin headers: every origin may read every answer.</summary>
internal static class Cors
{
    private static readonly StringValues Anyone = "*";
    private static readonly StringValues Origin = "Origin";
    private static readonly StringValues Methods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

    public static void Apply(HttpContext context)
    {
        var request = context.Request.Headers;
        var response = context.Response.Headers;
        var origin = request.Origin;
        if (origin.Count == 0)
        {
            response.AccessControlAllowOrigin = Anyone;
        }
        else
        {
            response.AccessControlAllowOrigin = origin;
            response.Vary = Origin;
        }

        if (HttpMethods.IsOptions(context.Request.Method) && request.AccessControlRequestMethod.Count > 0)
        {
            response.AccessControlAllowMethods = Methods;
            if (request.AccessControlRequestHeaders.Count > 0)
            {
                response.AccessControlAllowHeaders = string.Join(", ", request.AccessControlRequestHeaders.ToString()
                    .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
            }
        }
    }
}
