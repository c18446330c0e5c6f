namespace Emulator.Api.Server;

/// <summary>Something the cluster needs before <c>/readyz</c> answers ok. Register any number of them as services.</summary>
internal interface IReadinessCheck
{
    /// <summary>Short name as shown by <c>/readyz?verbose</c>, such as <c>nodes</c>.</summary>
    string Name { get; }

    /// <summary>Completes once ready; a fault means that it never will be.</summary>
    Task Ready { get; }
}
