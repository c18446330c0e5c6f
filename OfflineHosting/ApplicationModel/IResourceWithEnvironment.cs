namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that can have environment variables.</summary>
public interface IResourceWithEnvironment : IResource;
