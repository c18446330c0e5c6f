namespace Emulator.Nodes;

/// <summary>The programs of the host that make up a pod's shell.</summary>
internal sealed record HostTools
{
    private static readonly string[] Folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>From util-linux, which every distribution has.</summary>
    private static readonly string[] Required = ["unshare", "nsenter", "setpriv", "setsid", "mount", "umount", "pivot_root"];

    /// <summary>The required programs that this host lacks.</summary>
    public IReadOnlyList<string> Missing { get; } = [.. Required.Where(name => Find(name) is null)];

    public string Shell { get; } = File.Exists("/bin/sh") ? "/bin/sh" : "/usr/bin/sh";

    public string? BusyBox { get; } = Find("busybox");

    /// <summary>Where the host has a program; null when it has not.</summary>
    public static string? Find(string name) => Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>A program that is among the required ones.</summary>
    public string this[string name] => Find(name) ?? name;
}
