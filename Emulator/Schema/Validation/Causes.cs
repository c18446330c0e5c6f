using System.Globalization;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>Collects everything that is wrong with an object, in the words of k8s.io/apimachinery/pkg/util/validation/field.</summary>
internal sealed class Causes
{
    private readonly List<FieldCause> found = [];

    public IReadOnlyList<FieldCause> Found => found;

    public void Required(string field, string why = "") => Add("FieldValueRequired", field, "Required value", why);

    /// <param name="value">The value as Go prints it: texts quoted.</param>
    public void Invalid(string field, string value, string why) => Add("FieldValueInvalid", field, $"Invalid value: {value}", why);

    public void InvalidText(string field, string value, string why) => Invalid(field, GoQuote.Text(value), why);

    public void InvalidNumber(string field, long value, string why) => Invalid(field, value.ToString(CultureInfo.InvariantCulture), why);

    /// <summary>Adds what <see cref="Names"/> found wrong with a text, if anything.</summary>
    public void Fit(string field, string value, string? fault)
    {
        foreach (var line in fault?.Split('\n') ?? [])
        {
            InvalidText(field, value, line);
        }
    }

    /// <summary>Adds what <see cref="Names"/> found wrong with a number, if anything.</summary>
    public void Fit(string field, long value, string? fault)
    {
        if (fault is not null)
        {
            InvalidNumber(field, value, fault);
        }
    }

    /// <summary>Refuses numbers below 0 in fields of <paramref name="owner"/>, which is at <paramref name="path"/>.</summary>
    public void NotNegative(JsonObject? owner, string path, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (owner?[name].AsLong() is < 0 and var negative)
            {
                InvalidNumber(Join(path, name), negative, "must be greater than or equal to 0");
            }
        }
    }

    /// <summary>Refuses a text that is not one of <paramref name="supported"/>; none is fine.</summary>
    public void OneOf(JsonObject? owner, string path, string name, params string[] supported)
    {
        if (owner?.Text(name) is { Length: > 0 } value && !supported.Contains(value))
        {
            NotSupported(Join(path, name), value, supported);
        }
    }

    /// <summary>Refuses an absent or empty text.</summary>
    public void Need(JsonObject? owner, string path, string name, string why = "")
    {
        if (owner is not null && string.IsNullOrEmpty(owner.Text(name)))
        {
            Required(Join(path, name), why);
        }
    }

    public void Immutable(string field, string value) => Invalid(field, value, "field is immutable");

    public void NotSupported(string field, string value, params string[] supported) =>
        Add("FieldValueNotSupported", field, $"Unsupported value: {GoQuote.Text(value)}", $"supported values: {string.Join(", ", supported.Select(GoQuote.Text))}");

    public void Duplicate(string field, string value) => Add("FieldValueDuplicate", field, $"Duplicate value: {value}", "");

    public void Forbidden(string field, string why) => Add("FieldValueForbidden", field, "Forbidden", why);

    public void NotFound(string field, string value) => Add("FieldValueNotFound", field, $"Not found: {GoQuote.Text(value)}", "");

    public void TooLong(string field, long limit) => Add("FieldValueTooLong", field, "Too long", $"may not be more than {limit} bytes");

    public void Add(string reason, string field, string what, string why) => found.Add(new FieldCause(reason, why.Length == 0 ? what : $"{what}: {why}", field));

    public void Add(FieldCause cause) => found.Add(cause);

    /// <exception cref="ApiException">422 with all of them, when there are any.</exception>
    public void Throw(string group, string kind, string name)
    {
        if (found.Count > 0)
        {
            throw ApiErrors.Invalid(group, kind, name, found);
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
