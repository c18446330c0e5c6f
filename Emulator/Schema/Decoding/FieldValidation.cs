using System.Text.Json.Nodes;
using Emulator.Api.Schemas;
using Emulator.Schema.Model;
using Emulator.Storage;

namespace Emulator.Schema.Decoding;

/// <summary>What <c>fieldValidation</c> asks for: unknown and duplicate fields refused, warned of or dropped in silence.</summary>
internal sealed class FieldValidation(ObjectSchemas schemas) : IFieldValidation
{
    public void Check(ResourceDefinition resource, string version, ReadOnlyMemory<byte> body, JsonObject decoded, string mode, List<string> warnings)
    {
        var schema = schemas.Find(resource, version);
        // The API fills in these two where they are absent, after it has read the body.
        var duplicates = mode == "Ignore" ? [] : DuplicateFields.Find(body.Span, Original(body, decoded));
        var faults = Decode(resource, decoded, schema, out var wrong);
        if (wrong is not null)
        {
            throw Refused(resource, version, wrong);
        }

        Report(mode, [.. duplicates.Select(path => $"duplicate field \"{path}\""), .. faults], warnings, fault => Refused(resource, version, fault));
    }

    /// <summary>Checks what a patch made; <paramref name="shown"/> is the patch as errors print it.</summary>
    public void CheckPatched(PatchRequest request, JsonObject patched, Func<string> shown, List<string> warnings)
    {
        var resource = request.Resource;
        ApiException Invalid(string fault) => ApiErrors.Invalid("", "", "", [new FieldCause("FieldValueInvalid", $"Invalid value: {GoQuote.Text(shown())}: {fault}", "patch")]);
        var decoder = new FieldDecoder(typed: resource.CustomResourceDefinition is null);
        decoder.Decode(patched, schemas.Find(resource, request.Version));
        if ((request.Kind is PatchKind.Strategic ? decoder.ConverterFault : decoder.Fault) is { } wrong)
        {
            throw Invalid(wrong);
        }

        Report(request.FieldValidation, Unknown(decoder), warnings, Invalid);
    }

    private static List<string> Decode(ResourceDefinition resource, JsonObject node, SchemaNode schema, out string? wrong)
    {
        var decoder = new FieldDecoder(typed: resource.CustomResourceDefinition is null);
        decoder.Decode(node, schema);
        wrong = decoder.Fault;
        return Unknown(decoder);
    }

    private static List<string> Unknown(FieldDecoder decoder) => [.. decoder.Unknown.Select(path => $"unknown field \"{path}\"")];

    private static void Report(string mode, List<string> faults, List<string> warnings, Func<string, ApiException> refusal)
    {
        if (faults.Count == 0)
        {
            return;
        }

        switch (mode)
        {
            case "Strict":
                throw refusal($"strict decoding error: {string.Join(", ", faults)}");
            case "Warn":
                warnings.AddRange(faults);
                break;
        }
    }

    private static JsonObject Original(ReadOnlyMemory<byte> body, JsonObject decoded)
    {
        if (body.IsEmpty || body.Span.IndexOf("\"kind\""u8) >= 0 && body.Span.IndexOf("\"apiVersion\""u8) >= 0)
        {
            return decoded;
        }

        var copy = (JsonObject)decoded.DeepClone();
        foreach (var field in (string[])["kind", "apiVersion"])
        {
            if (body.Span.IndexOf(System.Text.Encoding.UTF8.GetBytes($"\"{field}\"")) < 0)
            {
                copy.Remove(field);
            }
        }

        return copy;
    }

    private static ApiException Refused(ResourceDefinition resource, string version, string fault) =>
        ApiErrors.BadRequest($"{resource.Kind} in version \"{version}\" cannot be handled as a {resource.Kind}: {fault}");
}
