using System.Collections.Immutable;
using Emulator.DataPlane.Forwarding;
using Emulator.Mesh;

namespace Emulator.DataPlane.Authorization;

/// <summary>Asks an authorizer whether a request may pass, as Envoy's ext_authz filter does over HTTP.</summary>
internal static class ExternalAuthorization
{
    private static readonly ImmutableArray<string> Always = ["authorization"];

    /// <summary>Answers a request that is refused, and returns Envoy's response code details of it; null: it may pass.</summary>
    /// <param name="outbound">How the proxy sends; null where it cannot, and then nothing passes.</param>
    public static async ValueTask<string?> RefuseAsync(HttpContext context, MeshExternalAuthorizer? authorizer, HttpMessageHandler? outbound)
    {
        if (authorizer is null || outbound is null)
        {
            await Answers.WriteAsync(context, StatusCodes.Status403Forbidden, AuthorizationFilter.Body);
            return "rbac_access_denied_matched_policy[extauthz]";
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(authorizer.Timeout);
        try
        {
            using var invoker = new HttpMessageInvoker(outbound, disposeHandler: false);
            using var answer = await invoker.SendAsync(Question(context, authorizer), limit.Token);
            if (answer.IsSuccessStatusCode)
            {
                foreach (var (name, values) in answer.Headers.Where(header => Covers(authorizer.UpstreamHeaders, header.Key)))
                {
                    context.Request.Headers[name] = values.ToArray();
                }

                return null;
            }

            foreach (var (name, values) in answer.Headers.Where(header => Covers(authorizer.DownstreamHeaders, header.Key)))
            {
                context.Response.Headers[name] = values.ToArray();
            }

            await Answers.WriteAsync(context, (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(limit.Token));
            return "ext_authz_denied";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            if (authorizer.FailOpen)
            {
                return null;
            }

            await Answers.WriteAsync(context, authorizer.StatusOnError, "");
            return "ext_authz_error";
        }
    }

    private static HttpRequestMessage Question(HttpContext context, MeshExternalAuthorizer authorizer)
    {
        var request = context.Request;
        var question = new HttpRequestMessage(
            new HttpMethod(request.Method), new Uri($"http://{authorizer.Host}:{authorizer.Port}{authorizer.PathPrefix}{request.Path.ToUriComponent()}{request.QueryString}"));
        foreach (var (name, values) in request.Headers.Where(header => Covers(Always, header.Key) || Covers(authorizer.ShownHeaders, header.Key)))
        {
            question.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        return question;
    }

    private static bool Covers(ImmutableArray<string> names, string name) => names.Any(pattern =>
        pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase) : string.Equals(pattern, name, StringComparison.OrdinalIgnoreCase));
}
