using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Dashboard;

/// <summary>Finds the Aspire dashboard on this machine, or fetches it once for this user with npm.</summary>
internal static class DashboardProgram
{
    public const string Version = "13.5.4";

    private static readonly string s_name = OperatingSystem.IsWindows() ? "aspire-managed.exe" : "aspire-managed";

    private static string Home { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "lab", $"aspire-{Version}");

    /// <returns>The program's path; null, with the reason and the cure said, when it cannot be had.</returns>
    public static async Task<string?> FindAsync(Action<string> say, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("ASPIRE_DASHBOARD_PATH") is { Length: > 0 } given)
        {
            if (File.Exists(given))
            {
                return given;
            }

            say($"No dashboard: ASPIRE_DASHBOARD_PATH names {given}, which does not exist. Set it to aspire-managed of an Aspire CLI, or unset it.");
            return null;
        }

        if (Find(Home) is { } installed)
        {
            return installed;
        }

        var package = $"@microsoft/aspire-cli-{RuntimeInformation.RuntimeIdentifier}@{Version}";
        say($"Fetching the Aspire dashboard once, with npm ({package}); everything else goes on meanwhile.");
        if (await InstallAsync(package, cancellationToken) is { } trouble)
        {
            say($"No dashboard: {trouble} Install Node.js (for npm) and try again, or set ASPIRE_DASHBOARD_PATH to aspire-managed of an Aspire CLI {Version}.");
            return null;
        }

        return Find(Home);
    }

    // HOME/versions/13.5.4_<hash>/managed/aspire-managed
    private static string? Find(string home)
    {
        var versions = Path.Combine(home, "versions");
        return Directory.Exists(versions)
            ? Directory.EnumerateDirectories(versions).Select(v => Path.Combine(v, "managed", s_name)).FirstOrDefault(File.Exists)
            : null;
    }

    /// <returns>What went wrong, or null.</returns>
    private static async Task<string?> InstallAsync(string package, CancellationToken cancellationToken)
    {
        // Beside the target, so that it can be moved there whole: a half-installed dashboard is never found.
        var work = $"{Home}.{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(work);
            var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
            var download = Path.Combine(work, "npm");
            string[] install = ["install", "--prefix", download, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", package];
            if (await RunAsync(npm, install, cancellationToken) is { } npmTrouble)
            {
                return npmTrouble;
            }

            var cli = Directory.EnumerateFiles(download, OperatingSystem.IsWindows() ? "aspire.exe" : "aspire", SearchOption.AllDirectories).FirstOrDefault();
            if (cli is null)
            {
                return $"{package} holds no aspire program.";
            }

            var bundle = Path.Combine(work, "bundle");
            if (await RunAsync(cli, ["setup", "--install-path", bundle, "--non-interactive"], cancellationToken) is { } setupTrouble)
            {
                return setupTrouble;
            }

            if (!Directory.Exists(Home))
            {
                Directory.Move(bundle, Home);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{work} cannot be written: {e.Message}.";
        }
        finally
        {
            Remove(work);
        }
    }

    private static async Task<string?> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return $"'{program}' cannot be run ({e.Message}).";
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            var lines = $"{await errors}\n{await output}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return process.ExitCode == 0 ? null : $"'{Path.GetFileName(program)} {arguments[0]}' failed: {Reason(lines)}.";
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    // npm error 404 Not Found - GET https://…
    private static string Reason(string[] lines) =>
        (lines.FirstOrDefault(l => l.StartsWith("npm error", StringComparison.Ordinal) && !l.StartsWith("npm error code", StringComparison.Ordinal))
            ?? lines.LastOrDefault() ?? "it said nothing").TrimEnd('.');

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Left for the system's own cleaning; nothing looks for it.
        }
    }
}
