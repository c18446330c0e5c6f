using System.Net;

namespace Emulator.Network;

/// <summary>A real address of this machine that leads to pods until it is disposed of.</summary>
internal interface IPublishedAddress : IAsyncDisposable
{
    /// <summary>The address listened on, with the port that the system chose where 0 was asked for.</summary>
    IPEndPoint EndPoint { get; }
}
