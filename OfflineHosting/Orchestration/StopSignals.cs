using System.Runtime.InteropServices;

namespace Aspire.Hosting.Orchestration;

/// <summary>Ctrl-C and SIGTERM end the application in order.</summary>
/// <remarks>One Ctrl-C can arrive twice, from the terminal and from <c>dotnet run</c> above, so that a repeated signal must not cut the ending short.</remarks>
internal sealed class StopSignals : IDisposable
{
    private readonly ApplicationLifetime _lifetime;
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals(ApplicationLifetime lifetime)
    {
        _lifetime = lifetime;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop),
        ];
    }

    public void Dispose() => Array.ForEach(_registrations, r => r.Dispose());

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        _lifetime.StopApplication();
    }
}
