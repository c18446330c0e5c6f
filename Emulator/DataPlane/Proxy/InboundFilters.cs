using Emulator.DataPlane.Authentication;
using Emulator.DataPlane.Authorization;
using Emulator.DataPlane.Authorization.External;
using Emulator.DataPlane.Forwarding;
using Emulator.Mesh;
using Emulator.Network;

namespace Emulator.DataPlane.Proxy;

/// <summary>What a request has to pass before a proxy lets it in: authentication of its token, then authorization.</summary>
internal sealed class InboundFilters
{
    public static readonly InboundFilters None = new(JwtFilter.None, AuthorizationFilter.None, isGateway: false, authorizers: null);

    private readonly JwtFilter tokens;
    private readonly AuthorizationFilter authorization;
    private readonly bool isGateway;
    private readonly AuthorizerClients? authorizers;

    private InboundFilters(JwtFilter tokens, AuthorizationFilter authorization, bool isGateway, AuthorizerClients? authorizers)
    {
        this.authorizers = authorizers;
        this.tokens = tokens;
        this.authorization = authorization;
        this.isGateway = isGateway;
    }

    public bool IsEmpty => tokens.IsEmpty && authorization.IsEmpty;

    /// <param name="authorizers">How authorizers outside the proxy are asked.</param>
    public static InboundFilters For(MeshSnapshot snapshot, ProxyState state, AuthorizerClients authorizers) => new(
        JwtFilter.For(snapshot, state.Workload), AuthorizationFilter.For(snapshot, state.Workload, state.Report), state.Workload.IsGateway, authorizers);

    /// <summary>Answers a request that is refused, and returns Envoy's response code details of it; null: it may pass.</summary>
    public async ValueTask<string?> RefuseAsync(HttpContext context, PodConnection connection)
    {
        if (!tokens.IsEmpty && tokens.Refuse(context) is { } problem)
        {
            await Answers.WriteAsync(context, StatusCodes.Status401Unauthorized, problem);
            return $"jwt_authn_access_denied{{{problem.Replace(' ', '_')}}}";
        }

        var facts = new RequestFacts(connection, context, context.Features.Get<JwtPrincipal>(), isGateway);
        if (authorization.IsCustom(facts, out var authorizer) && await ExternalAuthorization.RefuseAsync(context, facts, authorizer, authorizers!) is { } denied)
        {
            return denied;
        }

        if (!authorization.IsEmpty && authorization.Refuse(facts) is { } policy)
        {
            await Answers.WriteAsync(context, StatusCodes.Status403Forbidden, AuthorizationFilter.Body);
            return policy;
        }

        return null;
    }

    /// <summary>The response flag that goes with the details of a refusal, or null.</summary>
    public static string? FlagOf(string refusal) => refusal is "ext_authz_denied" or "ext_authz_error" ? "UAEX" : null;

    /// <summary>Whether a connection that is not HTTP is refused.</summary>
    public bool Refuses(PodConnection connection) => authorization.Refuse(new RequestFacts(connection, null, null, isGateway)) is not null;
}
