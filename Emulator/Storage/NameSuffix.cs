using System.Security.Cryptography;

namespace Emulator.Storage;

/// <summary>The five characters that generateName appends (k8s.io/apimachinery/pkg/util/rand: no vowels, nothing that looks like another).</summary>
internal static class NameSuffix
{
    private const string Letters = "bcdfghjklmnpqrstvwxz2456789";

    // The whole is at most 63 characters long, whatever the kind allows.
    private const int LongestPrefix = 58;

    public static string Append(string prefix) => (prefix.Length > LongestPrefix ? prefix[..LongestPrefix] : prefix) + Next();

    public static string Next() => RandomNumberGenerator.GetString(Letters, 5);
}
