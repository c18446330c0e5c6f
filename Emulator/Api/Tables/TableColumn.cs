using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Tables;

/// <summary>One column that <c>kubectl get</c> prints.</summary>
/// <param name="Priority">0: always; 1: with <c>-o wide</c>.</param>
internal sealed record TableColumn(string Name, string Type, string Format, string Description, int Priority, Func<StoredObject, DateTimeOffset, JsonNode?> Cell);
