using Emulator.Api.Http;
using Emulator.Api.Streams;
using Emulator.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Subresources;

/// <summary>A command in a container (exec), and the streams of its program (attach).</summary>
internal sealed class CommandSubresource(Registry registry, IPodCommands commands, ILogger<CommandSubresource> logger) : ISubresource
{
    public bool Serves(ResourceDefinition definition, string subresource) => definition.Type == KnownTypes.Pods && subresource is "exec" or "attach";

    public async Task HandleAsync(ApiRequest request)
    {
        if (request.Info.Verb is not ("get" or "create"))
        {
            throw HttpErrors.MethodNotAllowed();
        }

        var pod = registry.Get(KnownTypes.Pods, request.Namespace, request.Info.Name).Node;
        var container = PodContainers.Choose(request, pod);
        List<string> command = [.. request.Http.Request.Query["command"].OfType<string>()];
        var isExec = request.Info.Subresource == "exec";
        if (isExec && command.Count == 0)
        {
            throw ApiErrors.BadRequest("you must specify at least one command for the container");
        }

        if (WebSocketUpgrade.Choose(request.Http, ChannelSocket.Version5, ChannelSocket.Version4) is { } protocol)
        {
            await RunAsync(request, container, isExec ? command : null, protocol);
        }
        else
        {
            throw ApiErrors.BadRequest("Upgrade request required");
        }
    }

    /// <param name="command">The command, or null to attach.</param>
    private async Task RunAsync(ApiRequest request, string container, IReadOnlyList<string>? command, string protocol)
    {
        ICommandStreams? streams = null;
        string? refusal = null;
        try
        {
            streams = command is null
                ? commands.Attach(request.Namespace, request.Info.Name, container)
                : await commands.ExecuteAsync(request.Namespace, request.Info.Name, container, command, request.Flag("tty"));
        }
        catch (ContainerFailedException e)
        {
            refusal = e.Message;
        }
        catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception)
        {
            logger.LogWarning(e, "Command in {Namespace}/{Pod}", request.Namespace, request.Info.Name);
            refusal = e.Message;
        }

        await using var disposing = streams;
        using var socket = await WebSocketUpgrade.AcceptAsync(request.Http, protocol);
        if (streams is null)
        {
            await ChannelSocket.RefuseAsync(socket, CommandStatus.Failed(refusal!), request.Aborted);
            return;
        }

        if (!request.Flag("stdin") && command is not null)
        {
            streams.CloseInput();
        }

        await ChannelSocket.RunAsync(socket, streams, request.Aborted);
    }
}
