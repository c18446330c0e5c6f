using Provisioner.Api;

namespace Provisioner.Commands;

/// <summary>Runs one verb in the running lab and prints what it says.</summary>
internal static class VerbCommand
{
    public static async Task<int> RunAsync(string labDirectory, string verb, CommandArguments arguments, CancellationToken cancellation)
    {
        using var client = LabFolder.Open(labDirectory);
        var last = await client.RunAsync(verb, arguments, Console.WriteLine, cancellation);
        if (last.Ok)
        {
            Console.WriteLine(last.Message);
            return ExitCodes.Ok;
        }

        await Console.Error.WriteLineAsync(last.Cure is { } cure ? $"{last.Message}\n{cure}" : last.Message);
        return ExitCodes.Failed;
    }
}
