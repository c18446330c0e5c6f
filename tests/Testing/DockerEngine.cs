using System.Diagnostics;
using System.Formats.Tar;

namespace Testing;

/// <summary>The docker engine of this machine, for tests that make containers, and an image for them that needs no registry.</summary>
public static class DockerEngine
{
    /// <summary>A shell, the usual small programs, and a program <c>k3s</c> that starts nothing but writes the kubeconfig that k3s writes.</summary>
    public const string Image = "lab-test/busybox:1";

    private const string FakeK3s = """
        #!/bin/sh
        echo "k3s $*"
        mkdir -p /etc/rancher/k3s
        printf 'clusters:\n- cluster:\n    server: https://127.0.0.1:6443\n  name: default\nusers:\n- name: default\n  user:\n    client-key-data: eA==\n' > /etc/rancher/k3s/k3s.yaml
        exec sleep 3600
        """;

    private static readonly Lazy<string> s_trouble = new(() => PrepareIn("docker"));

    /// <summary>Skips the test, saying why, where no engine answers; else the image is there.</summary>
    public static void Require()
    {
        Tool.Require("docker");
        Tool.Require("busybox");
        if (s_trouble.Value.Length > 0)
        {
            Tool.Missing("docker", s_trouble.Value);
        }
    }

    /// <summary>Runs docker and returns what it wrote; fails the test when docker does.</summary>
    public static string Run(params string[] arguments)
    {
        var (code, output) = TryRun(arguments);
        return code == 0 ? output : throw new InvalidOperationException($"docker {string.Join(' ', arguments)}: {output}");
    }

    public static (int ExitCode, string Output) TryRun(params string[] arguments) => Start("docker", arguments);

    /// <summary>A docker that gives a container all that this machine may give in place of <c>--privileged</c>, for machines that may not give everything.</summary>
    public static string WithoutPrivileges(TemporaryFolder folder) => Script.Write(folder.File("docker"), """
        #!/bin/bash
        words=()
        for word in "$@"; do
          if [ "$word" = --privileged ]; then words+=(--cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined); else words+=("$word"); fi
        done
        exec docker "${words[@]}"
        """);

    /// <summary>Makes an image of the name that says it is for another processor than this machine's.</summary>
    /// <returns>The processor.</returns>
    public static string LoadForeign(string image)
    {
        var architecture = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "amd64" : "arm64";
        var archive = Path.GetTempFileName();
        try
        {
            WriteArchive(archive, image, architecture);
            Run("load", "--input", archive);
            return architecture;
        }
        finally
        {
            File.Delete(archive);
        }
    }

    /// <summary>Writes an image as docker save does, with a layer that has nothing in it.</summary>
    public static void WriteArchive(string archive, string image, string architecture)
    {
        using var layer = new MemoryStream(new byte[1024]);
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(layer.ToArray()));
        using var tar = new TarWriter(File.Create(archive));
        Add("layer.tar", layer);
        Add("config.json", Json($$"""{"rootfs":{"type":"layers","diff_ids":["sha256:{{digest}}"]},"architecture":"{{architecture}}","os":"linux"}"""));
        Add("manifest.json", Json($$"""[{"Config":"config.json","RepoTags":["{{image}}"],"Layers":["layer.tar"]}]"""));

        void Add(string name, MemoryStream content) => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content });

        static MemoryStream Json(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Makes the image in another engine.</summary>
    /// <returns>Why it cannot be had there; empty where it can.</returns>
    internal static string PrepareIn(string engine)
    {
        var (code, output) = Start(engine, ["ps", "--quiet"]);
        if (code != 0)
        {
            return $"{engine} does not answer: {output.Split('\n')[^1]}";
        }

        var archive = Path.GetTempFileName();
        try
        {
            WriteRoot(archive);
            (code, output) = Start(engine, ["import", "--change", "ENTRYPOINT [\"/bin/busybox\"]", archive, Image]);
            return code == 0 ? "" : $"{engine} imports no image: {output}";
        }
        finally
        {
            File.Delete(archive);
        }
    }

    // Busybox as Debian builds it is linked to a few libraries, which go where it looks for them.
    private static void WriteRoot(string archive)
    {
        var busybox = Tool.Find("busybox")!;
        using var tar = new TarWriter(File.Create(archive));
        tar.WriteEntry(busybox, "bin/busybox");
        foreach (var library in Start("ldd", [busybox]).Output.Split([' ', '\n', '\t']).Where(word => word.StartsWith('/')).Distinct())
        {
            using var content = File.OpenRead(library);
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, library.TrimStart('/')) { DataStream = content, Mode = (UnixFileMode)0b111_101_101 });
        }

        foreach (var applet in (string[])["sh", "cat", "echo", "hostname", "httpd", "id", "ip", "ls", "mkdir", "mount", "nslookup", "printf", "sleep", "touch", "wc", "wget"])
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, $"bin/{applet}") { LinkName = "busybox" });
        }

        using var k3s = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(FakeK3s));
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "bin/k3s") { DataStream = k3s, Mode = (UnixFileMode)0b111_101_101 });
    }

    internal static (int ExitCode, string Output) Start(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, (process.ExitCode == 0 ? output : output + errors.Result).Trim());
    }
}
