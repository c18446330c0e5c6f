using Emulator;

return await ClusterCommand.InvokeAsync(args, async (options, cancellation) =>
{
    var host = ClusterHost.Create(options);
    await using var disposing = (IAsyncDisposable)host;
    await host.RunAsync(cancellation);
    return 0;
});
