using Emulator.Api.Schemas;
using Emulator.Storage;

namespace Emulator.Schema;

/// <summary>Keeps HorizontalPodAutoscalers in autoscaling/v2 in whichever version they are written, since only it has their whole status.</summary>
internal sealed class AutoscalerStorage(IVersionConverter converter) : IAdmission
{
    private const string Stored = "v2";

    /// <summary>After the fields of the written version have found their owners.</summary>
    public AdmissionPhase Phase => AdmissionPhase.StorageVersion;

    public void Admit(AdmissionRequest request)
    {
        if (request.Resource.Type == KnownTypes.HorizontalPodAutoscalers && request.Object is { } node
            && node["apiVersion"]?.GetValue<string>() is { } version && version != request.Resource.ApiVersion(Stored))
        {
            converter.Convert(request.Resource, node, Stored);
        }
    }
}
