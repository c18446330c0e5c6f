namespace Provisioner.Tools.Gcloud;

/// <summary>Shows an argument list as a line for a shell.</summary>
internal static class GcloudLine
{
    private const string Plain = "-_=./:,@%+";

    public static string Of(IEnumerable<string> arguments) => $"gcloud {string.Join(' ', arguments.Select(Quoted))}";

    /// <summary>The line for a reader: without the switches that only a program needs.</summary>
    public static string ByHand(IEnumerable<string> arguments) => Of(arguments.Where(argument => argument is not ("--quiet" or "--format=json" or "--async")));

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(letter => char.IsAsciiLetterOrDigit(letter) || Plain.Contains(letter))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
