using System.Collections.Immutable;
using Emulator.DataPlane.Forwarding;
using Emulator.Mesh;

namespace Emulator.DataPlane.Authorization.External;

/// <summary>An authorizer that speaks HTTP: it gets the request, with as much of the body as it wants, and 200 lets that pass.</summary>
internal static class HttpAuthorizer
{
    private static readonly ImmutableArray<string> Always = ["authorization"];

    /// <summary>Whether the request may pass; else it is answered as the authorizer said.</summary>
    public static async Task<bool> AllowsAsync(HttpContext context, MeshExternalAuthorizer authorizer, ShownBody shown, AuthorizerClients clients, CancellationToken cancellation)
    {
        using var question = Question(context, authorizer);
        if (authorizer.MaximumBody is not null)
        {
            question.Content = new ReadOnlyMemoryContent(shown.Bytes);
            question.Headers.TryAddWithoutValidation(ShownBody.PartialHeader, shown.IsPartial ? "true" : "false");
        }

        using var answer = await clients.Http.SendAsync(question, cancellation);
        if (answer.IsSuccessStatusCode)
        {
            foreach (var (name, values) in answer.Headers.Where(header => Covers(authorizer.UpstreamHeaders, header.Key)))
            {
                context.Request.Headers[name] = values.ToArray();
            }

            return true;
        }

        var told = answer.Headers.Where(header => Covers(authorizer.DownstreamHeaders, header.Key)).Select(header => (header.Key, string.Join(',', header.Value)));
        await Answers.WriteAsync(context, (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellation), told);
        return false;
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
