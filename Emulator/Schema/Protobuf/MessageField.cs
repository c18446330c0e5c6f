namespace Emulator.Schema.Protobuf;

/// <summary>One field of a protobuf message, and what it becomes in JSON.</summary>
/// <param name="Name">The JSON name; <c>^</c>: the fields of the message are part of the one around it.</param>
/// <param name="Type">s text, i integer, b boolean, d double, y bytes, t time, m time with microseconds, q quantity, p int-or-string, r raw JSON, f FieldsV1,
/// x list of texts, or the name of a message.</param>
/// <param name="Optional">Absent and empty are different things: a pointer in Go.</param>
internal sealed record MessageField(int Number, string Name, string Type, bool Repeated, bool IsMap, bool Optional);
