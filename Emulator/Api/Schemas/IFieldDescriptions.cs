namespace Emulator.Api.Schemas;

/// <summary>Describes fields of built-in kinds in the words of their documentation.</summary>
internal interface IFieldDescriptions
{
    /// <param name="fields">Model and JSON name of each, such as <c>V1ConfigMap.data</c>.</param>
    /// <returns>A text for each field that is documented.</returns>
    IReadOnlyDictionary<string, string> Describe(IReadOnlyCollection<string> fields);
}
