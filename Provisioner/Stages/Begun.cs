using Provisioner.Kubernetes;

namespace Provisioner.Stages;

/// <summary>Asks several clusters whether a stage has begun.</summary>
internal static class Begun
{
    /// <summary>Whether any of them says so. A cluster that does not answer says nothing; the check that is asked for will name it.</summary>
    public static async Task<bool> AnyAsync(IEnumerable<Task<bool>> clusters)
    {
        var answers = await Task.WhenAll(clusters.Select(OrFalseAsync));
        return answers.Any(begun => begun);
    }

    private static async Task<bool> OrFalseAsync(Task<bool> cluster)
    {
        try
        {
            return await cluster;
        }
        catch (Exception e) when (e is ClusterUnreachableException or LabException)
        {
            return false;
        }
    }
}
