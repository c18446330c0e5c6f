namespace Aspire.Hosting.ApplicationModel;

internal sealed record ResourceRelationshipAnnotation(IResource Resource, string Type) : IResourceAnnotation
{
    public const string Parent = "Parent";
}
