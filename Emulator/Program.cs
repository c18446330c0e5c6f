using Emulator;
using Emulator.Storage;

return await ClusterCommand.InvokeAsync(args, async (options, cancellation) =>
{
    var host = ClusterHost.Create(options);
    await using var disposing = (IAsyncDisposable)host;
    try
    {
        // Before anything runs: a state that cannot be read is a matter of one line, not of a failed start.
        _ = host.Services.GetRequiredService<ObjectStore>();
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
