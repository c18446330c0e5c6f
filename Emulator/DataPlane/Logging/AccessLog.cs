using Emulator.Network;

namespace Emulator.DataPlane.Logging;

/// <summary>The access log of one direction of a proxy.</summary>
/// <param name="write">Takes a line.</param>
/// <param name="filter">Which requests have a line; null: all.</param>
internal sealed class AccessLog(Action<string> write, AccessLogFilter? filter)
{
    /// <param name="header">A header of the request, or null.</param>
    public void Write(AccessLogEntry entry, int status, Func<string, string?> header, PodConnection connection) =>
        Write(entry, new LoggedAnswer(status, header, connection.Destination, connection.Source, connection.ServerName, connection.PeerIdentity is not null));

    public void Write(AccessLogEntry entry, in LoggedAnswer answer)
    {
        if (filter is null || filter.Takes(entry, answer))
        {
            write(entry.Line(answer));
        }
    }
}
