using Provisioner.Clusters.Gke;
using Provisioner.Plan;

namespace Provisioner.Commands;

/// <summary>Looks at Google Cloud before a lab is made there, says what will be made and what it costs, and asks.</summary>
internal static class ProposeCommand
{
    public static async Task<int> RunAsync(string labDirectory, CancellationToken cancellation)
    {
        var plan = LabPlanFile.Read(labDirectory);
        await using var services = CloudServices.Of(plan);
        var cloud = services.GetRequiredService<CloudLab>();
        Console.WriteLine($"looking at {string.Join(", ", cloud.Projects)} …");
        var proposal = await services.GetRequiredService<CloudPreflight>().LookAsync(cancellation);
        if (proposal.Problems.Count > 0)
        {
            await Console.Error.WriteLineAsync("The lab cannot be made:");
            foreach (var problem in proposal.Problems)
            {
                await Console.Error.WriteLineAsync($"- {problem.What}\n  {problem.Cure}");
            }

            return ExitCodes.Failed;
        }

        if (proposal.ToMake.Count == 0)
        {
            Console.WriteLine("everything is there already; nothing is created");
            return ExitCodes.Ok;
        }

        Console.WriteLine("this will be created, all of it labelled or described as lab=" + plan.Name + ":");
        foreach (var thing in proposal.ToMake)
        {
            Console.WriteLine($"  {thing}");
        }

        foreach (var line in CloudCost.Describe(cloud.Cloud, [.. plan.Clusters]))
        {
            Console.WriteLine(line);
        }

        Console.WriteLine("it runs, and costs, until it is taken down: dotnet run --project Provisioner -- down --cloud");
        return Ask(cloud.Cloud);
    }

    private static int Ask(CloudPlan cloud)
    {
        if (cloud.Yes)
        {
            return ExitCodes.Ok;
        }

        if (Console.IsInputRedirected)
        {
            Console.Error.WriteLine("Nobody is there to ask: there is no terminal. Say --yes to create it.");
            return ExitCodes.Failed;
        }

        Console.Write("Create it? [y/N] ");
        if (Console.ReadLine()?.Trim() is "y" or "Y" or "yes")
        {
            return ExitCodes.Ok;
        }

        Console.WriteLine("nothing was created");
        return ExitCodes.Failed;
    }
}
