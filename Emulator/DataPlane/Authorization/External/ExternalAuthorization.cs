using Emulator.DataPlane.Forwarding;
using Emulator.Mesh;
using Grpc.Core;

namespace Emulator.DataPlane.Authorization.External;

/// <summary>Asks an authorizer whether a request may pass, as Envoy's ext_authz filter does.</summary>
internal static class ExternalAuthorization
{
    /// <summary>Answers a request that is refused, and returns Envoy's response code details of it; null: it may pass.</summary>
    /// <param name="authorizer">Null where the policy names a provider that the mesh settings do not have: nothing passes.</param>
    public static async ValueTask<string?> RefuseAsync(HttpContext context, RequestFacts facts, MeshExternalAuthorizer? authorizer, AuthorizerClients clients)
    {
        if (authorizer is null)
        {
            await Answers.WriteAsync(context, StatusCodes.Status403Forbidden, AuthorizationFilter.Body);
            return "rbac_access_denied_matched_policy[extauthz]";
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(authorizer.Timeout);
        try
        {
            var shown = ShownBody.None;
            if (authorizer.MaximumBody is { } most)
            {
                shown = await ShownBody.ReadAsync(context, most, limit.Token);
                if (shown.IsPartial && !authorizer.TakesPartialBody)
                {
                    await Answers.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, "Payload Too Large");
                    return "request_payload_too_large";
                }
            }

            var isAllowed = authorizer.IsGrpc
                ? await GrpcAuthorizer.AllowsAsync(context, facts, authorizer, shown, clients, limit.Token)
                : await HttpAuthorizer.AllowsAsync(context, authorizer, shown, clients, limit.Token);
            return isAllowed ? null : "ext_authz_denied";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or RpcException)
        {
            if (authorizer.FailOpen)
            {
                return null;
            }

            await Answers.WriteAsync(context, authorizer.StatusOnError, "");
            return "ext_authz_error";
        }
    }
}
