namespace Provisioner.Tools.Gcloud.Answers;

/// <summary>A login of gcloud.</summary>
internal sealed record Account([property: System.Text.Json.Serialization.JsonPropertyName("account")] string Name, string? Status);
