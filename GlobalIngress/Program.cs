using GlobalIngress;

return await IngressCommand.InvokeAsync(args, async (options, cancellation) =>
{
    var app = IngressApplication.Build(options);
    await app.RunAsync(cancellation);
    return 0;
});
