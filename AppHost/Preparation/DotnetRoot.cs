using System.Runtime.InteropServices;

namespace AppHost.Preparation;

/// <summary>The installation of .NET that runs this process, for programs that would not find it by themselves.</summary>
internal static class DotnetRoot
{
    // …/dotnet/shared/Microsoft.NETCore.App/10.0.0/
    public static string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
}
