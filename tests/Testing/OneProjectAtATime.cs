namespace Testing;

/// <summary>Keeps test projects from running at the same time: several of them start whole labs, and the machine may be small.</summary>
public sealed class OneProjectAtATime : IDisposable
{
    private readonly FileStream gate = Wait(Path.Combine(Path.GetTempPath(), "lab-tests.lock"));

    public void Dispose() => gate.Dispose();

    private static FileStream Wait(string path)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                // Held by the project that runs now; a file lock has no wait of its own.
                Thread.Sleep(50);
            }
        }
    }
}
