using System.Runtime.InteropServices;

namespace AppHost.Preparation;

/// <summary>Clears the lab's folder when the lab is ended while it is still being prepared; later the application's own host sees to the end.</summary>
internal sealed class Interruption : IDisposable
{
    private static readonly PosixSignal[] s_signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    private readonly PosixSignalRegistration[] _registrations;

    // The signal ends the process when this has returned.
    public Interruption(LabFolder folder) => _registrations = [.. s_signals.Select(signal => PosixSignalRegistration.Create(signal, _ => folder.Remove()))];

    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());
}
