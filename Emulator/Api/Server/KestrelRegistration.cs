namespace Emulator.Api.Server;

/// <summary>Registers Kestrel's internal services (its metrics, which TLS needs) without a web host.</summary>
internal sealed class KestrelRegistration(IServiceCollection services) : IWebHostBuilder
{
#pragma warning disable ASPDEPR008 // The interface still returns the obsolete type; nothing here is ever built.
    public IWebHost Build() => throw new NotSupportedException("This builder only registers services");
#pragma warning restore ASPDEPR008

    public IWebHostBuilder ConfigureAppConfiguration(Action<WebHostBuilderContext, IConfigurationBuilder> configureDelegate) => this;

    public IWebHostBuilder ConfigureServices(Action<IServiceCollection> configureServices)
    {
        configureServices(services);
        return this;
    }

    public IWebHostBuilder ConfigureServices(Action<WebHostBuilderContext, IServiceCollection> configureServices)
    {
        configureServices(new WebHostBuilderContext(), services);
        return this;
    }

    public string? GetSetting(string key) => null;

    public IWebHostBuilder UseSetting(string key, string? value) => this;
}
