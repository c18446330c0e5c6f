namespace Emulator.Nodes.Samples;

/// <summary>Istio's helloworld: says its version and pod on <c>/hello</c>, and is well on <c>/health</c>.</summary>
internal static class HelloWorld
{
    public static SampleApp Create(SamplePod pod, string version)
    {
        var said = pod.Context.Environment.GetValueOrDefault("SERVICE_VERSION") ?? version;
        return new SampleApp(5000, context => context.Request.Path.Value switch
        {
            "/hello" => Json.TextAsync(context, $"Hello version: {said}, instance: {pod.Name}\n"),
            "/health" => Json.TextAsync(context, "Helloworld is healthy"),
            _ => Json.TextAsync(context, "Not Found", status: StatusCodes.Status404NotFound),
        });
    }
}
