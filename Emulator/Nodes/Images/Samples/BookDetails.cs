using System.Globalization;
using System.Text.Json.Nodes;

namespace Emulator.Nodes.Samples;

/// <summary>Bookinfo's details service.</summary>
internal static class BookDetails
{
    public static SampleApp Create() => new(9080, context =>
    {
        var parts = context.Request.Path.Value!.Split('/');
        return parts is [_, "health"] ? Json.WriteAsync(context, new JsonObject { ["status"] = "Details is healthy" })
            : parts is not [_, "details", var id] ? Json.WriteAsync(context, new JsonObject { ["error"] = "not found" }, StatusCodes.Status404NotFound)
            : !int.TryParse(id, CultureInfo.InvariantCulture, out var number)
                ? Json.WriteAsync(context, new JsonObject { ["error"] = "please provide numeric product id" }, StatusCodes.Status400BadRequest)
            : Json.WriteAsync(context, new JsonObject
            {
                ["id"] = number,
                ["author"] = "William Shakespeare",
                ["year"] = 1595,
                ["type"] = "paperback",
                ["pages"] = 200,
                ["publisher"] = "PublisherA",
                ["language"] = "English",
                ["ISBN-10"] = "1234567890",
                ["ISBN-13"] = "123-1234567890",
            });
    });
}
