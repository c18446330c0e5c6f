namespace GoogleEmulator.Clusters;

/// <summary>A program of the lab that runs; disposing of it ends it.</summary>
internal interface IProgram : IAsyncDisposable
{
    bool HasExited { get; }

    int ExitCode { get; }

    /// <summary>Ends with the program.</summary>
    Task Exit { get; }
}
