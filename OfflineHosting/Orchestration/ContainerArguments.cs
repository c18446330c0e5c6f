using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The engine's command that creates the container of a resource.</summary>
/// <param name="Arguments">From <c>container create</c> on.</param>
/// <param name="Environment">Values of the variables that <paramref name="Arguments"/> name: a value there could be read by every user of the machine.</param>
/// <param name="Command">What the container runs after its entrypoint.</param>
internal sealed record ContainerArguments(
    string Name, string Image, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string?> Environment, IReadOnlyList<string> Command)
{
    public static async Task<ContainerArguments> OfAsync(ContainerResource resource, string defaultName, string network, CancellationToken cancellationToken)
    {
        var name = resource.Annotations.OfType<ContainerNameAnnotation>().LastOrDefault()?.Name ?? defaultName;
        var image = resource.Annotations.OfType<ContainerImageAnnotation>().LastOrDefault()?.Reference
            ?? throw new DistributedApplicationException($"Container '{resource.Name}' has no image.");
        var environment = new EnvironmentCallbackContext(resource);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            annotation.Callback(environment);
        }

        var command = new CommandLineArgsCallbackContext([]);
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            annotation.Callback(command);
        }

        var runtime = new ContainerRuntimeArgsCallbackContext([], cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<ContainerRuntimeArgsCallbackAnnotation>())
        {
            await annotation.Callback(runtime);
        }

        string[] words = [.. command.Args.Select(Text)];
        return new ContainerArguments(
            name,
            image,
            [
                "container", "create", "--name", name,
                "--network", network, "--network-alias", resource.Name, "--network-alias", $"{resource.Name}.dev.internal",
                .. resource.Annotations.OfType<ContainerMountAnnotation>().SelectMany(Mount),
                .. resource.Annotations.OfType<EndpointAnnotation>().SelectMany(Publish),
                .. environment.EnvironmentVariables.Keys.SelectMany(key => new[] { "--env", key }),
                .. runtime.Args.Select(Text),
                .. resource.Entrypoint is { } entrypoint ? new[] { "--entrypoint", entrypoint } : [],
                image, .. words,
            ],
            environment.EnvironmentVariables.ToDictionary(e => e.Key, e => e.Value.ToString()),
            words);
    }

    private static string[] Mount(ContainerMountAnnotation mount) =>
    [
        "--mount",
        string.Join(',', new[]
        {
            mount.Type == ContainerMountType.BindMount ? "type=bind" : "type=volume",
            mount.Source is null ? null : $"src={mount.Source}",
            $"dst={mount.Target}",
            mount.IsReadOnly ? "readonly" : null,
        }.OfType<string>()),
    ];

    // Loopback unless the model asks for another address, as the real orchestrator does.
    private static string[] Publish(EndpointAnnotation endpoint) =>
    [
        "--publish", $"{(endpoint.TargetHost == "localhost" ? "127.0.0.1" : endpoint.TargetHost)}:{endpoint.Port}:{endpoint.TargetPort}",
    ];

    private static string Text(object argument) => argument.ToString() ?? "";
}
