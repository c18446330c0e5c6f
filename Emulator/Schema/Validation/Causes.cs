using System.Globalization;
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
}
