using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Containers;

namespace Aspire.Hosting.Orchestration;

/// <summary>The engine, and the one network that all containers of an application share; made with the first container.</summary>
/// <remarks>The network's label names this process, so that a later application can remove what a killed one left.</remarks>
internal sealed class ContainerNetwork(string applicationName)
{
    private const string OwnerLabel = "aspire.apphost";

    private readonly SemaphoreSlim _once = new(1);
    private (ContainerEngine Engine, string Name)? _asked;
    private (ContainerEngine Engine, string Name)? _made;

    /// <exception cref="ContainerEngineException">No engine answers, or it makes no network.</exception>
    public async Task<(ContainerEngine Engine, string Name)> GetAsync(CancellationToken cancellationToken)
    {
        await _once.WaitAsync(cancellationToken);
        try
        {
            if (_made is null)
            {
                var engine = await EngineFinder.FindAsync(cancellationToken);
                await RemoveLeftoversAsync(engine, cancellationToken);
                var name = $"aspire-session-network-{RandomNumberGenerator.GetHexString(8, lowercase: true)}-{applicationName}";

                // Once asked, the engine makes it, also when a Ctrl-C in the terminal has ended its command line.
                _asked = (engine, name);
                await engine.RunAsync(["network", "create", "--label", $"{OwnerLabel}={ThisProcess()}", name], CancellationToken.None);
                _made = _asked;
            }

            return _made.Value;
        }
        finally
        {
            _once.Release();
        }
    }

    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await _once.WaitAsync(cancellationToken);
        try
        {
            if (_asked is { } asked)
            {
                await asked.Engine.TryRunAsync(["network", "rm", asked.Name], cancellationToken);
            }
        }
        finally
        {
            _once.Release();
        }
    }

    private static async Task RemoveLeftoversAsync(ContainerEngine engine, CancellationToken cancellationToken)
    {
        foreach (var network in await ListAsync(engine, cancellationToken))
        {
            if (network.Labels.TryGetValue(OwnerLabel, out var owner) && !IsAlive(owner))
            {
                await engine.TryRunAsync(["network", "rm", network.Name], cancellationToken);
            }
        }
    }

    private static async Task<IReadOnlyList<NetworkInspection>> ListAsync(ContainerEngine engine, CancellationToken cancellationToken)
    {
        try
        {
            return await NetworkInspection.ListAsync(engine, cancellationToken, OwnerLabel);
        }
        catch (ContainerEngineException)
        {
            // One may have gone between the two questions; the next application looks again.
            return [];
        }
    }

    private static string ThisProcess()
    {
        using var process = Process.GetCurrentProcess();
        return string.Create(CultureInfo.InvariantCulture, $"{process.Id}:{process.StartTime.ToUniversalTime().Ticks}");
    }

    private static bool IsAlive(string owner)
    {
        try
        {
            var parts = owner.Split(':');
            using var process = Process.GetProcessById(int.Parse(parts[0], CultureInfo.InvariantCulture));
            var apart = process.StartTime.ToUniversalTime().Ticks - long.Parse(parts[1], CultureInfo.InvariantCulture);
            return TimeSpan.FromTicks(Math.Abs(apart)) < TimeSpan.FromSeconds(1);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            return false;
        }
    }
}
