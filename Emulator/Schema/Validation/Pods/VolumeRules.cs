using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for a pod's volumes.</summary>
internal static class VolumeRules
{
    private const string WrongMode = "must be a number between 0 and 0777 (octal), both inclusive";

    private static readonly string[] FieldsInFiles = ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

    /// <summary>Checks the volumes; those without a fault, by name.</summary>
    public static Dictionary<string, JsonObject> Check(JsonObject spec, string field, Causes causes)
    {
        var sound = new Dictionary<string, JsonObject>();
        var at = 0;
        foreach (var volume in spec.Items("volumes"))
        {
            var path = $"{field}.volumes[{at++}]";
            var before = causes.Found.Count;
            CheckSource(volume, path, causes);
            var name = volume.Text("name") ?? "";
            if (name.Length == 0)
            {
                causes.Required($"{path}.name");
            }
            else
            {
                causes.Fit($"{path}.name", name, Names.Label(name));
            }

            if (sound.ContainsKey(name))
            {
                causes.Duplicate($"{path}.name", GoQuote.Text(name));
            }

            if (causes.Found.Count == before)
            {
                sound[name] = volume;
            }
        }

        return sound;
    }

    /// <summary>A relative path that stays where it is.</summary>
    public static void CheckDescending(string place, string field, Causes causes) => causes.Fit(field, place, Names.DescendingPath(place));

    private static void CheckSource(JsonObject volume, string path, Causes causes)
    {
        foreach (var extra in volume.Select(source => source.Key).Where(key => key != "name").Skip(1))
        {
            causes.Forbidden($"{path}.{extra}", "may not specify more than 1 volume type");
        }

        foreach (var (source, text) in ((string, string)[])[
            ("secret", "secretName"), ("configMap", "name"), ("persistentVolumeClaim", "claimName"), ("nfs", "server"), ("nfs", "path"), ("csi", "driver"),
            ("image", "reference")])
        {
            causes.Need(volume.Map(source), $"{path}.{source}", text);
        }

        if (volume.Map("emptyDir")?["sizeLimit"]?.ToString() is ['-', ..])
        {
            causes.Forbidden($"{path}.emptyDir.sizeLimit", "SizeLimit field must be a valid resource quantity");
        }

        if (volume.Map("hostPath") is { } host)
        {
            CheckHostPath(host, $"{path}.hostPath", causes);
        }

        if (volume.Map("nfs") is { } share && share.Text("path") is not ['/', ..])
        {
            causes.InvalidText($"{path}.nfs.path", share.Text("path") ?? "", "must be an absolute path");
        }

        foreach (var source in (string[])["secret", "configMap"])
        {
            CheckMode(volume.Map(source), "defaultMode", $"{path}.{source}", causes);
            CheckKeys(volume.Map(source), $"{path}.{source}", causes);
        }

        CheckMode(volume.Map("downwardAPI"), "defaultMode", $"{path}.downwardAPI", causes);
        foreach (var file in volume.Map("downwardAPI").Items("items"))
        {
            CheckFile(file, $"{path}.downwardAPI", causes);
        }

        if (volume.Map("projected") is { } projected)
        {
            CheckMode(projected, "defaultMode", $"{path}.projected", causes);
            CheckProjected(projected, $"{path}.projected", causes);
        }
    }

    private static void CheckHostPath(JsonObject host, string path, Causes causes)
    {
        var place = host.Text("path") ?? "";
        if (place.Length == 0)
        {
            causes.Required($"{path}.path");
            return;
        }

        causes.Fit($"{path}.path", place, Names.NoBacksteps(place));
        causes.OneOf(host, path, "type", "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket");
    }

    private static void CheckProjected(JsonObject projected, string path, Causes causes)
    {
        var taken = new HashSet<string>();
        var at = 0;
        foreach (var source in projected.Items("sources"))
        {
            var field = $"{path}.sources[{at++}]";
            foreach (var kind in (string[])["secret", "configMap"])
            {
                causes.Need(source.Map(kind), $"{field}.{kind}", "name");
                CheckKeys(source.Map(kind), $"{field}.{kind}", causes);
                foreach (var item in source.Map(kind).Items("items").Where(item => item.Text("path") is { Length: > 0 } place && !taken.Add(place)))
                {
                    causes.InvalidText(path, source.Map(kind)!.Text("name") ?? "", "conflicting duplicate paths");
                }
            }

            foreach (var file in source.Map("downwardAPI").Items("items"))
            {
                CheckFile(file, $"{field}.downwardAPI", causes);
                if (file.Text("path") is { Length: > 0 } place && !taken.Add(place))
                {
                    causes.InvalidText(path, place, "conflicting duplicate paths");
                }
            }

            if (source.Map("serviceAccountToken") is { } token)
            {
                CheckToken(token, path, $"{field}.serviceAccountToken", causes);
            }

            if (source.Count > 1)
            {
                causes.Forbidden(field, "may not specify more than 1 volume type per source");
            }
        }
    }

    private static void CheckToken(JsonObject token, string path, string field, Causes causes)
    {
        var seconds = token["expirationSeconds"].AsLong() ?? 0;
        if (seconds < 600)
        {
            causes.InvalidNumber($"{field}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
        }
        else if (seconds > 1L << 32)
        {
            causes.InvalidNumber($"{field}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds");
        }

        causes.Need(token, path, "path");
        causes.Fit($"{path}.path", token.Text("path") ?? "", Names.LocalPath(token.Text("path") ?? ""));
    }

    private static void CheckKeys(JsonObject? source, string field, Causes causes)
    {
        var at = 0;
        foreach (var item in source.Items("items"))
        {
            var path = $"{field}.items[{at++}]";
            causes.Need(item, path, "key");
            CheckPlace(item, path, causes);
        }
    }

    private static void CheckPlace(JsonObject item, string path, Causes causes)
    {
        causes.Need(item, path, "path");
        causes.Fit($"{path}.path", item.Text("path") ?? "", Names.LocalPath(item.Text("path") ?? ""));
        CheckMode(item, "mode", path, causes);
    }

    private static void CheckFile(JsonObject file, string field, Causes causes)
    {
        CheckPlace(file, field, causes);
        if (file.Map("fieldRef") is { } reference)
        {
            EnvironmentRules.CheckField(reference, $"{field}.fieldRef", FieldsInFiles, causes);
            if (file["resourceFieldRef"] is not null)
            {
                causes.InvalidText(field, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
            }
        }
        else if (file.Map("resourceFieldRef") is { } resource)
        {
            EnvironmentRules.CheckResource(resource, $"{field}.resourceFieldRef", inVolume: true, causes);
        }
        else
        {
            causes.Required(field, "one of fieldRef and resourceFieldRef is required");
        }
    }

    private static void CheckMode(JsonObject? source, string name, string field, Causes causes)
    {
        if (source?[name].AsLong() is { } mode and (< 0 or > 511))
        {
            causes.InvalidNumber($"{field}.{name}", mode, WrongMode);
        }
    }
}
