using GoogleEmulator;
using GoogleEmulator.Shell;
using ServiceDefaults;

return await EmulatorCommand.InvokeAsync(args, async (options, cancellation) =>
{
    try
    {
        await using var app = EmulatorApplication.Build(options);
        await app.StartAsync(cancellation);
        if (Owner.FromEnvironment() is null)
        {
            Console.Out.Write(ShellLines.Export(EmulatorApplication.Variables(app, options)));
        }

        await app.WaitForShutdownAsync(cancellation);
        return 0;
    }
    catch (IOException fault)
    {
        // Such as a port that is taken: the last line says which.
        await Console.Error.WriteLineAsync($"The emulator cannot start: {fault.Message} End what listens there, or choose another port: --port");
        return 1;
    }
});
