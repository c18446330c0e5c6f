using System.Globalization;
using System.Text.Json.Nodes;

namespace Emulator.Nodes.Samples;

/// <summary>Bookinfo's ratings service.</summary>
internal static class BookRatings
{
    public static SampleApp Create() => new(9080, context =>
    {
        var parts = context.Request.Path.Value!.Split('/');
        return parts is [_, "health"] ? Json.WriteAsync(context, new JsonObject { ["status"] = "Ratings is healthy" })
            : parts is not [_, "ratings", var id] ? Json.WriteAsync(context, new JsonObject { ["error"] = "not found" }, StatusCodes.Status404NotFound)
            : !int.TryParse(id, CultureInfo.InvariantCulture, out var number)
                ? Json.WriteAsync(context, new JsonObject { ["error"] = "please provide numeric product ID" }, StatusCodes.Status400BadRequest)
            : Json.WriteAsync(context, new JsonObject { ["id"] = number, ["ratings"] = new JsonObject { ["Reviewer1"] = 5, ["Reviewer2"] = 4 } });
    });
}
