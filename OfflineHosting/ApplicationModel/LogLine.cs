namespace Aspire.Hosting.ApplicationModel;

/// <summary>One line of a resource's console.</summary>
public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);
