namespace Emulator.Mesh.Validation;

/// <summary>What istiod's validation webhook has to say of one object.</summary>
internal sealed class ValidationResult
{
    public List<string> Errors { get; } = [];

    public List<string> Warnings { get; } = [];

    public void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            Errors.Add(otherwise);
        }
    }

    public void Add(string? error)
    {
        if (error is not null)
        {
            Errors.Add(error);
        }
    }

    /// <summary>All errors as Istio joins them (pkg/util/istiomultierror).</summary>
    public override string ToString() =>
        Errors.Count == 1 ? Errors[0] : $"{Errors.Count} errors occurred:\n\t{string.Join("\n\t", Errors.Select(error => "* " + error))}\n";
}
