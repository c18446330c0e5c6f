namespace Aspire.Hosting.ApplicationModel;

/// <summary>A fact attached to a resource while the model is built.</summary>
public interface IResourceAnnotation;
