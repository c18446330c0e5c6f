namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something the application consists of.</summary>
public interface IResource
{
    string Name { get; }

    ResourceAnnotationCollection Annotations { get; }
}
