using System.Buffers.Binary;
using Google.Protobuf;

namespace Emulator.Nodes.Samples;

/// <summary>A gRPC method of one request and one answer, on the bare HTTP/2 port of a sample.</summary>
internal static class GrpcUnary
{
    // One byte says whether the message is compressed, four its length, big-endian.
    private const int PrefixLength = 5;

    public static async Task AnswerAsync<TRequest>(HttpContext context, MessageParser<TRequest> parser, Func<TRequest, IMessage> answer)
        where TRequest : IMessage<TRequest>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        context.Response.ContentType = "application/grpc";
        if (body.Length < PrefixLength)
        {
            context.Response.AppendTrailer("grpc-status", "13");
            return;
        }

        var message = answer(parser.ParseFrom(body.GetBuffer(), PrefixLength, (int)body.Length - PrefixLength)).ToByteArray();
        var prefix = new byte[PrefixLength];
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), message.Length);
        await context.Response.Body.WriteAsync(prefix, context.RequestAborted);
        await context.Response.Body.WriteAsync(message, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
