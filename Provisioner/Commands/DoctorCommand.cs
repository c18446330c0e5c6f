using System.CommandLine;
using System.Text.Json;
using Provisioner.Bundles;
using Provisioner.Doctor;
using Provisioner.Modes;

namespace Provisioner.Commands;

/// <summary>Looks at this machine and says what a mode of the lab lacks on it, and the cure; runs without a lab.</summary>
internal static class DoctorCommand
{
    private static readonly string[] AlsoModes = ["gke", "rehearsal"];

    public static Command Create()
    {
        var mode = new Option<string?>("--mode") { Description = "Look for what this mode needs" };
        mode.AcceptOnlyFromAmong([.. LabModes.All.Select(each => each.Name).Union(AlsoModes)]);
        var json = new Option<bool>("--json") { Description = "For scripts: an array of check, severity, message and cure" };
        var engine = new Option<string?>("--engine") { Description = "The container engine's program; without it that of LAB_ENGINE, or docker, then podman" };
        var command = new Command("doctor", "Looks at this machine and says what a lab lacks on it") { mode, json, engine };
        command.SetAction((parsed, cancellation) => Failures.ShowAsync(() => RunAsync(parsed.GetValue(mode), parsed.GetValue(json), parsed.GetValue(engine), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(string? mode, bool json, string? engine, CancellationToken cancellation)
    {
        var facts = await MachineProbe.ReadAsync(engine, Directory.GetCurrentDirectory(), BundleLayout.Home, cancellation);
        var findings = DoctorChecks.Find(facts, mode);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(findings, LabJson.Indented.IReadOnlyListFinding));
        }
        else
        {
            foreach (var finding in findings)
            {
                Console.WriteLine($"{finding.Severity.ToString().ToLowerInvariant(),-8} {finding.Check}: {finding.Message}");
                if (finding is { Severity: not Severity.Ok, Cure: { Length: > 0 } cure })
                {
                    Console.WriteLine($"         {cure}");
                }
            }

            var (errors, warnings) = (findings.Count(each => each.Severity == Severity.Error), findings.Count(each => each.Severity == Severity.Warning));
            Console.WriteLine(errors > 0 ? $"the lab{Of(mode)} cannot run here: {errors} errors, {warnings} warnings" : $"the lab{Of(mode)} can run here; {warnings} warnings");
        }

        return findings.Any(finding => finding.Severity == Severity.Error) ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static string Of(string? mode) => mode is null ? "" : $" in mode {mode}";
}
