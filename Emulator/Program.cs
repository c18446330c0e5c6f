using Emulator;

return await ClusterCommand.InvokeAsync(args, async (options, cancellation) =>
{
    using var host = ClusterHost.Create(options);
    await host.RunAsync(cancellation);
    return 0;
});
