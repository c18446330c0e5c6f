namespace GoogleEmulator.Clusters;

/// <summary>Starts the programs that stand behind Google Cloud: embedded clusters and the global ingress.</summary>
internal interface IPrograms
{
    /// <param name="project">The project whose program it is, such as <c>Emulator</c>.</param>
    /// <param name="name">Its name in logs and telemetry.</param>
    /// <param name="arguments">Its command line.</param>
    IProgram Start(string project, string name, IReadOnlyList<string> arguments);
}
