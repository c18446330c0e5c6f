using Emulator.Storage;

namespace Emulator.Api.Http;

internal enum Shape
{
    Object,
    Table,
    PartialMetadata,
}

/// <summary>The form in which a client wants an answer.</summary>
internal readonly record struct Representation(bool Yaml, Shape Shape, string MetaVersion)
{
    public static readonly Representation Json = new(false, Shape.Object, "v1");

    public string ContentType => Yaml ? "application/yaml" : "application/json";

    /// <summary>Reads the Accept header: the first form that can be had wins, as in the real server.</summary>
    /// <exception cref="ApiException">406.</exception>
    public static Representation From(HttpContext http, bool collection)
    {
        var header = http.Request.Headers.Accept;
        if (header.Count == 0 || header[0] is null or "" or "application/json" or "*/*")
        {
            return Json;
        }

        foreach (var clause in header.ToString().Split(','))
        {
            if (Parse(clause) is { } found)
            {
                return found;
            }
        }

        throw HttpErrors.NotAcceptable(collection);
    }

    private static Representation? Parse(string clause)
    {
        var parts = clause.Split(';', StringSplitOptions.TrimEntries);
        var yaml = parts[0] is "application/yaml";

        // Whoever takes protobuf takes JSON as well in practice; the Content-Type of the answer says which it is.
        if (!yaml && parts[0] is not ("application/json" or "application/*" or "*/*" or "application/vnd.kubernetes.protobuf"))
        {
            return null;
        }

        var shape = Shape.Object;
        var version = "v1";
        foreach (var parameter in parts.AsSpan(1))
        {
            switch (parameter)
            {
                case "as=Table":
                    shape = Shape.Table;
                    break;
                case "as=PartialObjectMetadata" or "as=PartialObjectMetadataList":
                    shape = Shape.PartialMetadata;
                    break;
                case "v=v1beta1":
                    version = "v1beta1";
                    break;
                case var other when other.StartsWith("as=", StringComparison.Ordinal) || other.StartsWith("v=", StringComparison.Ordinal) && other != "v=v1":
                    return null;
            }
        }

        return new Representation(yaml, shape, version);
    }
}
