using Emulator.DataPlane.Forwarding;

namespace Emulator.DataPlane.Outbound;

/// <summary>The answer to a request of a program in the pod, and what became of it on the way.</summary>
internal readonly record struct Reply(HttpResponseMessage Message, Outcome Outcome = default);
