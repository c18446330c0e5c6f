using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Whereami.Grpc;

/// <summary>A span and a count for each call.</summary>
internal sealed class CallObserver(WhereamiApp app) : Interceptor
{
    private readonly ConcurrentDictionary<(string Method, StatusCode Code), long> handled = new();

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var activity = context.Method.StartsWith("/whereami.", StringComparison.Ordinal) ? app.Tracing.Start(context.GetHttpContext().Request) : null;
        var code = StatusCode.OK;
        try
        {
            return await continuation(request, context);
        }
        catch (RpcException error)
        {
            code = error.StatusCode;
            throw;
        }
        catch (Exception)
        {
            code = StatusCode.Unknown;
            throw;
        }
        finally
        {
            handled.AddOrUpdate((context.Method, code), 1, static (_, count) => count + 1);
            app.Tracing.Stop(activity, code == StatusCode.OK ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError);
        }
    }

    /// <summary>The counts as Prometheus reads them.</summary>
    public string Render()
    {
        var text = new StringBuilder()
            .Append("# HELP grpc_server_handled_total Total number of RPCs completed on the server.\n# TYPE grpc_server_handled_total counter\n");
        foreach (var ((method, code), count) in handled)
        {
            // /whereami.Whereami/GetPayload
            var parts = method.Split('/');
            text.Append(CultureInfo.InvariantCulture,
                $"grpc_server_handled_total{{grpc_type=\"UNARY\",grpc_service=\"{parts[1]}\",grpc_method=\"{parts[2]}\",grpc_code=\"{code}\"}} {count}\n");
        }

        return text.ToString();
    }
}
