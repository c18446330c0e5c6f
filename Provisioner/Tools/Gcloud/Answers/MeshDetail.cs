namespace Provisioner.Tools.Gcloud.Answers;

/// <param name="Code">Such as REVISION_READY.</param>
/// <param name="Details">Such as <c>Ready: asm-managed</c>.</param>
internal sealed record MeshDetail(string? Code, string? Details);
