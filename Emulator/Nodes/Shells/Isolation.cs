using System.Diagnostics;

namespace Emulator.Nodes;

/// <summary>How processes of pods are kept apart from the host, as far as this host allows.</summary>
/// <param name="IsRoot">Whether namespaces are made as root, with a network of their own for each pod; else in a user namespace.</param>
/// <param name="Refusal">Why no process can run in a pod here; null when they can.</param>
internal sealed record Isolation(bool IsRoot, string? Refusal)
{
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(5);

    /// <summary>Finds out by trying.</summary>
    public static async Task<Isolation> ProbeAsync(HostTools tools)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new Isolation(false, "processes in embedded pods need Linux");
        }

        if (tools.Missing.Count > 0)
        {
            return new Isolation(false, $"this host lacks {string.Join(", ", tools.Missing)}, which are in the package util-linux");
        }

        if (Environment.IsPrivilegedProcess && await TryAsync(tools, "--mount", "--pid", "--fork", "--uts", "--ipc", "--net") is null)
        {
            return new Isolation(true, null);
        }

        var problem = await TryAsync(tools, "--user", "--map-root-user", "--mount", "--pid", "--fork", "--uts", "--ipc");
        return new Isolation(false, problem is null ? null
            : $"this host gives no namespaces to unprivileged users ({problem}); run the lab as root, or allow them "
            + "(sysctl kernel.unprivileged_userns_clone=1, on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0)");
    }

    private static async Task<string?> TryAsync(HostTools tools, params string[] namespaces)
    {
        var start = new ProcessStartInfo(tools["unshare"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[.. namespaces, tools.Shell, "-c", "mount -t tmpfs tmpfs /tmp"])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = await ProcessStarter.StartAsync(start);
        using var limit = new CancellationTokenSource(ProbeTime);
        try
        {
            var error = await process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? null : error.Trim();
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            return $"unshare does not answer within {ProbeTime.TotalSeconds:0} s";
        }
    }
}
