using System.Collections;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Protocol;
using Google.Protobuf.WellKnownTypes;
using Resource = Aspire.Hosting.Dashboard.Protocol.Resource;

namespace Aspire.Hosting.Dashboard;

/// <summary>Turns the state of a resource into the message that the dashboard reads.</summary>
internal static class ResourceMessages
{
    public static Resource ToMessage(ResourceEvent change)
    {
        var state = change.Snapshot;
        var message = new Resource
        {
            Name = change.ResourceId,
            DisplayName = change.Resource.Name,
            Uid = change.ResourceId,
            ResourceType = state.ResourceType,
            State = state.State?.Text ?? "",
            StateStyle = state.State?.Style ?? "",
            IsHidden = state.IsHidden,
            SupportsDetailedTelemetry = true,
            CreatedAt = Time(state.CreationTimeStamp ?? DateTime.UtcNow),
            StartedAt = Time(state.StartTimeStamp),
            StoppedAt = Time(state.StopTimeStamp),
        };
        if (state.IconName is not null)
        {
            message.IconName = state.IconName;
            message.IconVariant = Variant(state.IconVariant);
        }

        message.Environment.AddRange(state.EnvironmentVariables.Select(
            e => new EnvironmentVariable { Name = e.Name, Value = e.Value ?? "", IsFromSpec = e.IsFromSpec }));
        message.Properties.AddRange(Properties(state));
        message.Urls.AddRange(state.Urls.Select(Message));
        message.Commands.AddRange(state.Commands.Select(Message));
        message.HealthReports.AddRange(state.HealthReports.Select(Message));
        message.Relationships.AddRange(state.Relationships.Select(r => new ResourceRelationship { ResourceName = r.ResourceName, Type = r.Type }));
        return message;
    }

    private static IEnumerable<ResourceProperty> Properties(CustomResourceSnapshot state)
    {
        foreach (var property in state.Properties)
        {
            yield return new ResourceProperty { Name = property.Name, Value = ToValue(property.Value), IsSensitive = property.IsSensitive };
        }

        if (state.ExitCode is { } exitCode)
        {
            yield return new ResourceProperty { Name = "resource.exitCode", Value = Value.ForNumber(exitCode) };
        }
    }

    private static Url Message(UrlSnapshot url) => new()
    {
        EndpointName = url.Name ?? "",
        FullUrl = url.Url,
        IsInternal = url.IsInternal,
        IsInactive = url.IsInactive,
        DisplayProperties = new UrlDisplayProperties { DisplayName = url.DisplayProperties.DisplayName, SortOrder = url.DisplayProperties.SortOrder },
    };

    private static ResourceCommand Message(ResourceCommandSnapshot command) => new()
    {
        Name = command.Name,
        DisplayName = command.DisplayName,
        DisplayDescription = command.DisplayDescription ?? "",
        ConfirmationMessage = command.ConfirmationMessage ?? "",
        IconName = command.IconName ?? "",
        IconVariant = Variant(command.IconVariant),
        IsHighlighted = command.IsHighlighted,
        State = command.State switch
        {
            ApplicationModel.ResourceCommandState.Enabled => Protocol.ResourceCommandState.Enabled,
            ApplicationModel.ResourceCommandState.Disabled => Protocol.ResourceCommandState.Disabled,
            _ => Protocol.ResourceCommandState.Hidden,
        },
    };

    private static HealthReport Message(HealthReportSnapshot report)
    {
        var message = new HealthReport { Key = report.Name, Description = report.Description ?? "", Exception = report.ExceptionText ?? "" };
        if (report.Status is { } status)
        {
            message.Status = status switch
            {
                Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy => HealthStatus.Healthy,
                Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Degraded => HealthStatus.Degraded,
                _ => HealthStatus.Unhealthy,
            };
            message.LastRunAt = Time(report.LastRunAt);
        }

        return message;
    }

    private static Value ToValue(object? value) => value switch
    {
        null => Value.ForNull(),
        string text => Value.ForString(text),
        bool flag => Value.ForBool(flag),
        int or long or double => Value.ForNumber(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        IEnumerable many => Value.ForList([.. many.Cast<object?>().Select(ToValue)]),
        _ => Value.ForString(value.ToString() ?? ""),
    };

    private static Protocol.IconVariant Variant(ApplicationModel.IconVariant? variant) =>
        variant is ApplicationModel.IconVariant.Filled ? Protocol.IconVariant.Filled : Protocol.IconVariant.Regular;

    private static Timestamp? Time(DateTime? time) => time is { } known ? Timestamp.FromDateTime(known.ToUniversalTime()) : null;
}
