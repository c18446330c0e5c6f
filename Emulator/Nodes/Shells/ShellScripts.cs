namespace Emulator.Nodes;

/// <summary>The scripts that run inside new namespaces; .NET cannot make any, since its processes have many threads.</summary>
internal static class ShellScripts
{
    public static readonly string Container = Read("container.sh");
    public static readonly string Command = Read("command.sh");
    public static readonly string Sandbox = Read("sandbox.sh");

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(ShellScripts).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
