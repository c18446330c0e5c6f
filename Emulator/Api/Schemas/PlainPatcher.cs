using System.Text.Json.Nodes;
using Emulator.Api.Resources;
using Emulator.Storage;

namespace Emulator.Api.Schemas;

/// <summary>Patches without knowledge of any schema: merge patch for all but JSON patch.</summary>
internal sealed class PlainPatcher : IPatcher
{
    public JsonObject Patch(PatchRequest request, JsonObject? current, List<string> warnings)
    {
        if (request.Kind is PatchKind.Json)
        {
            throw HttpErrorsOf(request);
        }

        var patch = request.Kind is PatchKind.Apply
            ? YamlReader.Read(System.Text.Encoding.UTF8.GetString(request.Body.Span)) as JsonObject
            : JsonReader.Read(request.Body.Span) as JsonObject;
        if (patch is null)
        {
            throw ApiErrors.BadRequest("the patch is not an object");
        }

        if (current is null)
        {
            return patch;
        }

        Merge(current, patch);
        return current;
    }

    private static ApiException HttpErrorsOf(PatchRequest request) => Http.HttpErrors.NotImplemented($"{request.Kind} patches are not served");

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject inner && target[name] is JsonObject known)
            {
                Merge(known, inner);
            }
            else if (!name.StartsWith('$'))
            {
                target[name] = value.DeepClone();
            }
        }
    }
}
