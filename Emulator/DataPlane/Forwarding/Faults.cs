using System.Globalization;
using Emulator.Mesh;
using Emulator.Mesh.Conversion;

namespace Emulator.DataPlane.Forwarding;

/// <summary>The faults that a route injects.</summary>
internal static class Faults
{
    public const string Body = "fault filter abort";

    public static bool Happens(double percent) => percent >= 100 || Random.Shared.NextDouble() * 100 < percent;

    /// <summary>The status that an unlucky request is answered with, and gRPC's where the client speaks that; null for a lucky one.</summary>
    public static (int Status, int? Grpc)? Abort(MeshHttpRoute rule, bool isGrpc) =>
        rule.Abort is { } abort && Happens(abort.Percent) ? (abort.Status, null)
        : rule.GrpcAbort is { } grpc && Happens(grpc.Percent) ? isGrpc ? (StatusCodes.Status200OK, grpc.Code) : (GrpcStatus.ToHttp(grpc.Code), null)
        : null;

    public static async Task AnswerAsync(HttpContext context, (int Status, int? Grpc) fault)
    {
        if (fault.Grpc is not { } code)
        {
            await Answers.WriteAsync(context, fault.Status, Body);
            return;
        }

        await Answers.WriteAsync(context, StatusCodes.Status200OK, "");
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = code.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Body;
    }
}
