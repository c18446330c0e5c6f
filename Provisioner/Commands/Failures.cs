namespace Provisioner.Commands;

/// <summary>Shows what a verb failed with, in words, instead of its stack.</summary>
internal static class Failures
{
    public static async Task<int> ShowAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (LabException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message}\n{e.Cure}");
            return ExitCodes.Failed;
        }
        catch (HttpRequestException e)
        {
            await Console.Error.WriteLineAsync($"the lab does not answer: {e.Message}\nLook whether it still runs: dotnet run --project Provisioner -- status");
            return ExitCodes.Failed;
        }
    }
}
