namespace ServiceDefaults;

/// <summary>Holds things that it can make again at any time. <see cref="QuietCompaction"/> asks each that is registered as a service.</summary>
public interface IReleasable
{
    void Release();
}
