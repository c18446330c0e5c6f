namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that can have endpoints.</summary>
public interface IResourceWithEndpoints : IResource;
