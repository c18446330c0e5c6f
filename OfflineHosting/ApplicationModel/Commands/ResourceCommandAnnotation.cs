namespace Aspire.Hosting.ApplicationModel;

/// <summary>A command that can be given to a resource.</summary>
internal sealed record ResourceCommandAnnotation(
    string Name,
    string DisplayName,
    Func<ExecuteCommandContext, Task<ExecuteCommandResult>> ExecuteCommand,
    CommandOptions Options) : IResourceAnnotation
{
    public ResourceCommandSnapshot Snapshot(CustomResourceSnapshot state) => new(
        Name,
        Options.UpdateState?.Invoke(new UpdateCommandStateContext { ResourceSnapshot = state }) ?? ResourceCommandState.Enabled,
        DisplayName,
        Options.Description,
        Parameter: null,
        Options.ConfirmationMessage,
        Options.IconName,
        Options.IconVariant,
        Options.IsHighlighted);
}
