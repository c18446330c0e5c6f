namespace Provisioner.Stages;

/// <summary>What an observation showed.</summary>
/// <param name="Split">Answers per cluster, where requests were sent.</param>
internal sealed record CheckResult(bool Passed, string Observed, IReadOnlyDictionary<string, int>? Split = null)
{
    public static CheckResult Pass(string observed, IReadOnlyDictionary<string, int>? split = null) => new(true, observed, split);

    public static CheckResult Fail(string observed, IReadOnlyDictionary<string, int>? split = null) => new(false, observed, split);
}
