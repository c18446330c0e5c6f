using System.Security.Cryptography;
using System.Text;

namespace Emulator.Api.Security;

/// <summary>Tokens of a <c>--token-auth-file</c>: lines of <c>token,user,uid,"group1,group2"</c>.</summary>
internal sealed class StaticTokens
{
    private readonly Dictionary<string, UserInfo> users = [];

    public StaticTokens(ClusterOptions options)
    {
        if (options.TokenAuthFile is not { } file)
        {
            return;
        }

        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (line.Trim() is { Length: > 0 } text && !text.StartsWith('#'))
            {
                var parts = text.Split(',', 4);
                if (parts.Length < 3)
                {
                    throw new InvalidDataException($"{file}, line {number}: expected token,user,uid[,\"groups\"], found {parts.Length} column(s)");
                }

                string[] groups = parts.Length == 4 ? parts[3].Trim('"', ' ').Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];
                users[Hash(parts[0])] = new UserInfo(parts[1], [.. groups, "system:authenticated"]) { Uid = parts[2] };
            }
        }
    }

    public UserInfo? Find(string token) => users.Count == 0 ? null : users.GetValueOrDefault(Hash(token));

    private static string Hash(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
