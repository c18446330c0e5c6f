namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that belongs to another.</summary>
public interface IResourceWithParent : IResource
{
    IResource Parent { get; }
}
