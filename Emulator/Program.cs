using Emulator;

return await ClusterCommand.InvokeAsync(args, async (options, cancellation) =>
{
    var host = ClusterHost.Create(options);
    await using var disposing = (IAsyncDisposable)host;
    try
    {
        await host.RunAsync(cancellation);
        return 0;
    }
    catch (IOException fault)
    {
        // Such as a port that is taken: the last line says what to do about it.
        await Console.Error.WriteLineAsync(fault.Message);
        return 1;
    }
});
