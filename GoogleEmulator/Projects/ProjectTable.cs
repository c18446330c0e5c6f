using System.Security.Cryptography;
using System.Text;
using GoogleEmulator.Http;
using GoogleEmulator.Operations;

namespace GoogleEmulator.Projects;

/// <summary>The projects that exist.</summary>
internal sealed class ProjectTable
{
    private readonly Dictionary<string, Project> projects;

    public ProjectTable(EmulatorOptions options, TimeProvider time, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    {
        projects = options.Projects.ToDictionary(id => id, id => new Project(
            id, NumberOf(id), time.GetUtcNow(), new OperationTable(options, time, lifetime.ApplicationStopping, loggers.CreateLogger("operations"))));
    }

    public IEnumerable<Project> All => projects.Values;

    /// <summary>The project with this id or number.</summary>
    public Project Find(string id, GoogleApi api) =>
        projects.GetValueOrDefault(id) ?? projects.Values.FirstOrDefault(project => $"{project.Number}" == id)
            ?? throw GoogleException.Forbidden(api == GoogleApi.ResourceManager ? "The caller does not have permission" : $"Permission denied on resource project {id}.");

    // Twelve digits, the same at every start.
    private static long NumberOf(string id) =>
        100_000_000_000 + (long)(BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(id))) % 900_000_000_000);
}
