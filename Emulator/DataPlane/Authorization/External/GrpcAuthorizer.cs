using System.Net;
using System.Text;
using Emulator.DataPlane.Forwarding;
using Emulator.Mesh;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Emulator.DataPlane.Authorization.External;

/// <summary>An authorizer that speaks Envoy's <c>envoy.service.auth.v3.Authorization</c>.</summary>
internal static class GrpcAuthorizer
{
    /// <summary>Whether the request may pass; else it is answered as the authorizer said.</summary>
    /// <exception cref="RpcException">The authorizer cannot be asked.</exception>
    public static async Task<bool> AllowsAsync(
        HttpContext context, RequestFacts facts, MeshExternalAuthorizer authorizer, ShownBody shown, AuthorizerClients clients, CancellationToken cancellation)
    {
        var question = Question(context, facts);
        if (authorizer.MaximumBody is not null)
        {
            Show(question.Attributes.Request.Http, shown, authorizer.PacksBody);
        }

        var answer = await clients.Grpc(authorizer).CheckAsync(question, cancellationToken: cancellation);
        if (answer.Status is null or { Code: (int)StatusCode.OK })
        {
            Pass(context, answer.OkResponse);
            return true;
        }

        var denied = answer.DeniedResponse ?? new DeniedHttpResponse();
        await Answers.WriteAsync(
            context, denied.Status?.Code ?? StatusCodes.Status403Forbidden, denied.Body, denied.Headers.Select(option => (option.Header.Key, option.Header.Value)));
        return false;
    }

    private static void Show(AttributeContext.Types.HttpRequest http, ShownBody shown, bool asBytes)
    {
        http.Headers[ShownBody.PartialHeader] = shown.IsPartial ? "true" : "false";
        if (asBytes)
        {
            http.RawBody = ByteString.CopyFrom(shown.Bytes.Span);
        }
        else
        {
            http.Body = Encoding.UTF8.GetString(shown.Bytes.Span);
        }
    }

    private static void Pass(HttpContext context, OkHttpResponse? answer)
    {
        var headers = context.Request.Headers;
        foreach (var name in answer?.HeadersToRemove ?? [])
        {
            headers.Remove(name);
        }

        Set(headers, answer?.Headers);
        if (answer is { ResponseHeadersToAdd.Count: > 0 })
        {
            context.Response.OnStarting(() =>
            {
                Set(context.Response.Headers, answer.ResponseHeadersToAdd);
                return Task.CompletedTask;
            });
        }
    }

    private static void Set(IHeaderDictionary headers, RepeatedField<HeaderValueOption>? options)
    {
        foreach (var option in options ?? [])
        {
            if (option.Append is true)
            {
                headers.Append(option.Header.Key, option.Header.Value);
            }
            else
            {
                headers[option.Header.Key] = option.Header.Value;
            }
        }
    }

    private static CheckRequest Question(HttpContext context, in RequestFacts facts)
    {
        var request = context.Request;
        var http = new AttributeContext.Types.HttpRequest
        {
            Id = request.Headers["x-request-id"].ToString(),
            Method = request.Method,
            Path = request.Path.ToUriComponent() + request.QueryString,
            Host = request.Host.Value ?? "",
            Scheme = request.Scheme,
            Size = request.ContentLength ?? -1,
            Protocol = request.Protocol,
        };
        http.Headers.Add(":authority", http.Host);
        http.Headers.Add(":method", http.Method);
        http.Headers.Add(":path", http.Path);
        http.Headers.Add(":scheme", http.Scheme);
        foreach (var (name, values) in request.Headers.Where(header => !header.Key.StartsWith(':') && !header.Key.Equals("host", StringComparison.OrdinalIgnoreCase)))
        {
            http.Headers[name.ToLowerInvariant()] = values.ToString();
        }

        return new CheckRequest
        {
            Attributes = new AttributeContext
            {
                Source = Peer(facts.Source, facts.Identity),
                Destination = Peer(facts.Destination, null),
                Request = new AttributeContext.Types.Request { Time = DateTime.UtcNow.ToTimestamp(), Http = http },
            },
        };
    }

    private static AttributeContext.Types.Peer Peer(IPEndPoint address, string? identity) => new()
    {
        Address = new Address { SocketAddress = new SocketAddress { Address = address.Address.ToString(), PortValue = (uint)address.Port } },
        Principal = identity ?? "",
    };
}
