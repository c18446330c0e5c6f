using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Starting a container: its image, its environment, its program, its probes.</summary>
internal sealed partial class ContainerRunner
{
    private ContainerLog? log;

    /// <summary>Starts the container, waiting for what it lacks; throws when it is stopped meanwhile.</summary>
    private async Task<IRunningContainer?> StartAsync()
    {
        while (true)
        {
            stopping.Token.ThrowIfCancellationRequested();
            var spec = Spec;
            var image = spec["image"].Text() ?? "";
            State.Image = image;
            try
            {
                if (pod.Services.FindImage(image, spec) is not { } program)
                {
                    RefuseImage(image);
                }
                else
                {
                    return await StartAsync(program, image);
                }
            }
            catch (ContainerFailedException e)
            {
                State.Wait(e.Reason, e.Reason == "ContainerCreating" ? null : e.Message);
                pod.Warning(e.EventReason, e.EventReason == "Failed" ? $"Error: {e.Message}" : e.Message, name, list);
            }

            firstRun.TrySetResult();
            pod.Changed();
            await WaitForRetryAsync();
        }
    }

    private async Task<IRunningContainer> StartAsync(IContainerImage program, string image)
    {
        var current = pod.Pod;
        var spec = Spec;
        var environment = pod.Environment.Resolve(current, spec);
        if (program is not ShellImage)
        {
            environment.TryAdd("GCE_METADATA_HOST", "metadata.google.internal");
        }

        Environment = environment;
        var written = pod.Services.Logs.Begin(current.Namespace(), current.Name(), name);
        log = written;
        pod.Normal("Pulled", $"Container image \"{image}\" already present on machine", name, list);
        var running = await program.StartAsync(
            new ContainerContext
            {
                Pod = current,
                Container = spec,
                Environment = environment,
                Network = pod.Network,
                Node = pod.Services.Registry.Get(KnownTypes.Nodes, "", pod.Node.Name).Node,
                Log = written.Write,
                Metadata = pod.Services.Metadata.For(pod.Node),
                Shells = pod.Shells,
                ReadinessChanged = WakeProbes,
            },
            stopping.Token);
        pod.Normal("Created", $"Created container: {name}", name, list);
        pod.Normal("Started", $"Started container {name}", name, list);
        var hasStartup = spec["startupProbe"] is not null;
        State.Run(pod.Services.Time.GetUtcNow(), !hasStartup, !hasStartup && spec["readinessProbe"] is null && (!IsInit || IsSidecar));
        return running;
    }

    private void RefuseImage(string image)
    {
        var pulled = $"Back-off pulling image \"{image}\"";
        var why = $"embedded nodes cannot run this image: they run whereami, the mesh's images and shells such as busybox and curl. A lab with real containers does: --mode k3s";
        pod.Normal("Pulling", $"Pulling image \"{image}\"", name, list);
        pod.Warning("Failed", $"Failed to pull image \"{image}\": {why}", name, list);
        pod.Warning("Failed", "Error: ErrImagePull", name, list);
        pod.Normal("BackOff", pulled, name, list);
        pod.Warning("Failed", "Error: ImagePullBackOff", name, list);
        State.Wait("ImagePullBackOff", $"{pulled}: ErrImagePull: {why}");
    }
}
