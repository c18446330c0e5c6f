using Emulator;
using Emulator.Api.Server;
using Emulator.Storage;

return await ClusterCommand.InvokeAsync(args, async (options, cancellation) =>
{
    var host = ClusterHost.Create(options);
    await using var disposing = (IAsyncDisposable)host;
    try
    {
        // Before anything runs: a port that is in use or a state that cannot be read is a matter of one line, not of a failed start.
        _ = host.Services.GetRequiredService<ApiPort>();
        _ = host.Services.GetRequiredService<ObjectStore>();
        await host.RunAsync(cancellation);
        return 0;
    }
    catch (IOException fault)
    {
        // The message says what to do about it.
        await Console.Error.WriteLineAsync(fault.Message);
        return 1;
    }
});
