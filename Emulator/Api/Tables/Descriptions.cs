namespace Emulator.Api.Tables;

/// <summary>What the two columns that every table has are about.</summary>
internal static class Descriptions
{
    public const string Name = "The object's name, unique among objects of its kind in its namespace";

    public const string Age = "The time since the object was created";
}
