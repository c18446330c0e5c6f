namespace Aspire.Hosting.ApplicationModel;

/// <summary>Outline or filled icon.</summary>
public enum IconVariant
{
    Regular,
    Filled,
}
