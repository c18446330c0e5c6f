using GlobalIngress;

return await IngressCommand.InvokeAsync(args, async (options, cancellation) =>
{
    try
    {
        await using var app = IngressApplication.Build(options);
        await app.StartAsync(cancellation);
        await app.WaitForShutdownAsync(cancellation);
        return 0;
    }
    catch (IOException fault)
    {
        // Such as a port that was taken meanwhile: the last line says which.
        await Console.Error.WriteLineAsync($"The load balancer cannot start: {fault.Message} End what listens there, or choose another port: --vip-port");
        return 1;
    }
});
