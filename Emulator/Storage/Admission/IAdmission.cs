namespace Emulator.Storage;

/// <summary>A step that every write passes: it may change the object or refuse it with an <see cref="ApiException"/>.</summary>
internal interface IAdmission
{
    AdmissionPhase Phase { get; }

    void Admit(AdmissionRequest request);
}
