using Emulator.DataPlane.Authorization.External;
using Grpc.Core;
using Status = Emulator.DataPlane.Authorization.External.Status;

namespace Emulator.Nodes.Samples;

/// <summary>Istio's sample of an external authorizer, over HTTP and gRPC: lets in what carries the header <c>x-ext-authz: allow</c>.</summary>
internal static class ExternalAuthorizer
{
    private const int HttpPort = 8000;
    private const int GrpcPort = 9000;
    private const string Header = "x-ext-authz";
    private const string Result = "x-ext-authz-check-result";
    private const string Received = "x-ext-authz-check-received";
    private const string Override = "x-ext-authz-additional-header-override";
    private const string OverrideOverGrpc = "grpc-additional-header-override-value";
    private const string Denial = $"denied by ext_authz for not found header `{Header}: allow` in the request";

    // Callers with this service account need no header over gRPC.
    private const string TrustedAccount = "/sa/a";

    public static SampleApp Create(Action<string> log) => new(HttpPort, context => AnswerHttpAsync(context, log))
    {
        MorePorts = new Dictionary<int, RequestDelegate> { [GrpcPort] = context => GrpcUnary.AnswerAsync(context, CheckRequest.Parser, request => Check(request, log)) },
    };

    private static Task AnswerHttpAsync(HttpContext context, Action<string> log)
    {
        var (request, response) = (context.Request, context.Response);
        var isAllowed = request.Headers[Header] == "allow";
        var seen = $"{request.Method} {request.Host}{request.Path}{request.QueryString}, headers: {string.Join(' ', request.Headers.Select(header => $"{header.Key}:[{header.Value}]"))}";
        log($"[HTTP][{Name(isAllowed)}]: {seen}");
        response.Headers[Result] = Name(isAllowed);
        response.Headers[Override] = request.Headers[Override];
        response.Headers[Received] = seen;
        return isAllowed ? Task.CompletedTask : Json.TextAsync(context, Denial, "text/plain", StatusCodes.Status403Forbidden);
    }

    private static CheckResponse Check(CheckRequest request, Action<string> log)
    {
        var (attributes, http) = (request.Attributes, request.Attributes.Request.Http);
        var isAllowed = http.Headers.TryGetValue(Header, out var value)
            ? value == "allow"
            : attributes.Source.Principal.EndsWith(TrustedAccount, StringComparison.Ordinal);
        log($"[gRPCv3][{Name(isAllowed)}]: {http.Host}{http.Path}, attributes: {attributes}");
        HeaderValueOption[] headers = [Option(Result, Name(isAllowed)), Option(Received, attributes.ToString()), Option(Override, OverrideOverGrpc)];
        return isAllowed
            ? new CheckResponse { Status = new Status { Code = (int)StatusCode.OK }, OkResponse = new OkHttpResponse { Headers = { headers } } }
            : new CheckResponse
            {
                Status = new Status { Code = (int)StatusCode.PermissionDenied },
                DeniedResponse = new DeniedHttpResponse { Status = new HttpStatus { Code = StatusCodes.Status403Forbidden }, Headers = { headers }, Body = Denial },
            };
    }

    private static string Name(bool isAllowed) => isAllowed ? "allowed" : "denied";

    private static HeaderValueOption Option(string name, string value) => new() { Header = new HeaderValue { Key = name, Value = value } };
}
