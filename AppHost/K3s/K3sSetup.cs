using System.Security.Cryptography;
using AppHost.Options;
using Containers;
using Provisioner;
using Provisioner.Plan;
using ServiceDefaults;

namespace AppHost.K3s;

/// <summary>What a lab on k3s has got ready before its containers start, and takes away at the end.</summary>
/// <param name="Archives">Image archives for the nodes.</param>
/// <param name="Token">What a node proves itself to its server with; known to this lab only.</param>
internal sealed record K3sSetup(ContainerEngine Engine, K3sPlan Plan, IReadOnlyList<string> Archives, string Token, Reaper Reaper) : IAsyncDisposable
{
    /// <exception cref="LabException">Something the containers need cannot be had.</exception>
    public static async Task<K3sSetup> PrepareAsync(LabPlace place, LabOptions options, string directory, Action<string> say)
    {
        var engine = place.Engine!;
        var plan = K3sPlanner.PlanLab(place, options, directory);

        // Aspire's own orchestrator looks for an engine as well, and has to find the same one.
        Environment.SetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME", place.Info!.Kind);
        try
        {
            // This lab holds its folder: nobody else lives under its name.
            string[] left =
            [
                .. await LabLeftovers.RemoveAsync(engine, plan.Id, CancellationToken.None),
                .. await LabLeftovers.RemoveDeadAsync(engine, owner => Owner.Parse(owner) is { IsAlive: true }, CancellationToken.None),
            ];
            if (left.Length > 0)
            {
                say($"Removed what an earlier lab left in {place.Info.Kind}: {string.Join(", ", left)}");
            }

            var archives = await NodeImages.PrepareAsync(place, options.K3sImage, options.WhereamiImage, say, CancellationToken.None);
            plan = plan with { RelayImage = archives.Any(OwnImage.Relay.IsIn) ? K3sImages.Relay : null };
            return new K3sSetup(engine, plan, archives, RandomNumberGenerator.GetHexString(32, lowercase: true), Reaper.Start(engine, plan.Id, directory));
        }
        catch (ContainerEngineException e)
        {
            throw new LabException($"{e.Message}.", e.Cure, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await K3s.Reaper.SweepAsync(Engine, Plan.Id);
        Reaper.Dispose();
    }
}
