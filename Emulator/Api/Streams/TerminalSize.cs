using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Streams;

/// <summary>The size of a client's window, such as <c>{"Width":80,"Height":24}</c>.</summary>
internal static class TerminalSize
{
    public static void Apply(ICommandStreams command, string json)
    {
        try
        {
            if (JsonNode.Parse(json) is JsonObject size)
            {
                command.Resize(size["Width"].Int(), size["Height"].Int());
            }
        }
        catch (JsonException)
        {
            // A size that cannot be read changes nothing.
        }
    }
}
