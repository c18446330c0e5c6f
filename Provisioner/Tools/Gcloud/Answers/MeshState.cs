namespace Provisioner.Tools.Gcloud.Answers;

internal sealed record MeshState(MeshPlane? ControlPlaneManagement, MeshPlane? DataPlaneManagement);
