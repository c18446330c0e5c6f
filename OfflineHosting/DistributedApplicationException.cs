namespace Aspire.Hosting;

/// <summary>The application cannot go on; the message is for its user.</summary>
public class DistributedApplicationException(string message) : Exception(message);
