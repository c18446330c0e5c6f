namespace GoogleEmulator.Clusters;

/// <summary>Programs as processes of their own, which end with this one.</summary>
internal sealed class ChildPrograms(ILogger<ChildPrograms> logger) : IPrograms
{
    public IProgram Start(string project, string name, IReadOnlyList<string> arguments) => ChildProcess.Start(project, name, arguments, logger);
}
