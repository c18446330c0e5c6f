namespace Emulator.Nodes.Samples;

/// <summary>Istio's sample of an external authorizer, over HTTP: lets in what carries the header <c>x-ext-authz: allow</c>.</summary>
internal static class ExternalAuthorizer
{
    private const string Header = "x-ext-authz";
    private const string Result = "x-ext-authz-check-result";

    public static SampleApp Create() => new(8000, context =>
    {
        if (context.Request.Headers[Header] == "allow")
        {
            context.Response.Headers[Result] = "allowed";
            return Task.CompletedTask;
        }

        context.Response.Headers[Result] = "denied";
        return Json.TextAsync(context, $"denied by ext_authz for not found header `{Header}: allow` in the request", "text/plain", StatusCodes.Status403Forbidden);
    });
}
