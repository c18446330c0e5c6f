namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that can have command-line arguments.</summary>
public interface IResourceWithArgs : IResource;
