namespace Provisioner.Doctor;

/// <summary>What the doctor has read from a machine.</summary>
internal sealed record MachineFacts
{
    public required string OperatingSystem { get; init; }

    /// <summary>amd64, arm64, or what else the system calls it.</summary>
    public required string Architecture { get; init; }

    public required int Processors { get; init; }

    public required long MemoryBytes { get; init; }

    public required string Folder { get; init; }

    /// <summary>Free bytes where <see cref="Folder"/> is.</summary>
    public required long FreeBytes { get; init; }

    public EngineFacts? Engine { get; init; }

    /// <summary>Why no engine answers, and the cure; null where one does.</summary>
    public (string Reason, string Cure)? EngineTrouble { get; init; }

    /// <summary><c>fs.inotify.max_user_instances</c>; null where there is none.</summary>
    public int? InotifyInstances { get; init; }

    public int? InotifyWatches { get; init; }

    /// <summary>Default ports of the lab, and whether something listens there.</summary>
    public IReadOnlyDictionary<int, bool> Ports { get; init; } = new Dictionary<int, bool>();

    public IReadOnlyList<ToolFacts> Tools { get; init; } = [];

    /// <summary>Proxy variables that are set, by name.</summary>
    public IReadOnlyDictionary<string, string> Proxies { get; init; } = new Dictionary<string, string>();

    /// <summary>The loaded bundle: its folder, and what is wrong with it; null where none is loaded.</summary>
    public (string Folder, string? Trouble)? Bundle { get; init; }
}
