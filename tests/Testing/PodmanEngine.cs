namespace Testing;

/// <summary>The podman of this machine, for tests that make containers where docker does not answer.</summary>
public static class PodmanEngine
{
    private static readonly Lazy<string> s_trouble = new(Prepare);

    /// <summary>Skips the test, saying why, where podman cannot run containers; else it has the image of <see cref="DockerEngine"/>.</summary>
    public static void Require()
    {
        Tool.Require("podman");
        Tool.Require("busybox");
        if (s_trouble.Value.Length > 0)
        {
            Tool.Missing("podman", s_trouble.Value);
        }
    }

    public static string Run(params string[] arguments)
    {
        var (code, output) = TryRun(arguments);
        return code == 0 ? output : throw new InvalidOperationException($"podman {string.Join(' ', arguments)}: {output}");
    }

    public static (int ExitCode, string Output) TryRun(params string[] arguments) => DockerEngine.Start("podman", arguments);

    private static string Prepare()
    {
        if (Environment.GetEnvironmentVariable("CONTAINERS_CONF") is null)
        {
            // A machine may not give everything: lower limits are always allowed, and runc runs on control groups that crun refuses.
            var settings = Path.Combine(Path.GetTempPath(), $"lab-test-containers-{Environment.UserName}.conf");
            File.WriteAllText(settings, $"[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=4096:4096\"]\n[engine]\n{(Tool.Find("runc") is null ? "" : "runtime = \"runc\"\n")}cgroup_manager = \"cgroupfs\"\n");
            Environment.SetEnvironmentVariable("CONTAINERS_CONF", settings);
        }

        if (DockerEngine.PrepareIn("podman") is { Length: > 0 } trouble)
        {
            return trouble;
        }

        var (code, output) = TryRun("run", "--rm", "--network", "none", DockerEngine.Image, "echo", "up");
        return code == 0 ? "" : $"podman runs no container here: {output.Split('\n')[^1]}";
    }
}
