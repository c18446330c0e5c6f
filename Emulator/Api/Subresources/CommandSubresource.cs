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

        if (pod["spec"]?["nodeName"].Text() is null)
        {
            throw ApiErrors.BadRequest($"pod {request.Info.Name} does not have a host assigned");
        }

        var protocol = WebSocketUpgrade.Choose(request.Http, ChannelSocket.Version5, ChannelSocket.Version4);
        if (protocol is null && !SpdyUpgrade.IsAsked(request.Http))
        {
            throw ApiErrors.BadRequest("Upgrade request required");
        }

        var (streams, refusal) = await StartAsync(request, container, isExec ? command : null);
        await using var disposing = streams;
        if (isExec && !request.Flag("stdin"))
        {
            streams?.CloseInput();
        }

        if (protocol is null)
        {
            var connection = await SpdyUpgrade.AcceptAsync(request.Http, SpdyCommand.Version);
            await SpdyCommand.RunAsync(connection, Types(request), streams, refusal, request.Aborted);
            return;
        }

        using var socket = await WebSocketUpgrade.AcceptAsync(request.Http, protocol);
        await (streams is null
            ? ChannelSocket.RefuseAsync(socket, refusal!, request.Aborted)
            : ChannelSocket.RunAsync(socket, streams, request.Aborted));
    }

    /// <param name="command">The command, or null to attach.</param>
    private async Task<(ICommandStreams? Streams, System.Text.Json.Nodes.JsonObject? Refusal)> StartAsync(
        ApiRequest request, string container, IReadOnlyList<string>? command)
    {
        try
        {
            return (command is null
                ? commands.Attach(request.Namespace, request.Info.Name, container)
                : await commands.ExecuteAsync(request.Namespace, request.Info.Name, container, command, request.Flag("tty")), null);
        }
        catch (ContainerFailedException e)
        {
            return (null, CommandStatus.Failed(e.Message));
        }
        catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception)
        {
            logger.LogWarning(e, "Command in {Namespace}/{Pod}", request.Namespace, request.Info.Name);
            return (null, CommandStatus.Failed(e.Message));
        }
    }

    /// <summary>The streams that a SPDY client opens for what it asks.</summary>
    private static HashSet<string> Types(ApiRequest request)
    {
        HashSet<string> types = [.. ((string[])["stdin", "stdout", "stderr"]).Where(request.Flag), "error"];
        if (request.Flag("tty"))
        {
            types.Remove("stderr");
            types.Add("resize");
        }

        return types;
    }
}
