namespace Provisioner.Tools.Gcloud;

/// <summary>The mark by which the lab knows what it made: the label <c>lab</c>, or where there are no labels the same in the description.</summary>
internal static class LabLabel
{
    public const string Key = "lab";

    public static string List(string lab, IReadOnlyDictionary<string, string>? more, string projectNumber) => string.Join(
        ',', new Dictionary<string, string>(more ?? new Dictionary<string, string>()) { [Key] = lab, ["mesh_id"] = $"proj-{projectNumber}" }
            .OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    public static string Description(string lab) => $"{Key}={lab}";

    public static bool IsOn(IReadOnlyDictionary<string, string>? labels, string lab) => labels?.GetValueOrDefault(Key) == lab;

    public static bool IsIn(string? description, string lab) => description == Description(lab);
}
