using System.Text;

namespace Whereami.Payload;

/// <summary>An emoji for a pod's name, the same in every process.</summary>
internal static class PodEmoji
{
    // Blocks of Unicode in which every code point is an emoji that is drawn in colour by itself.
    private static readonly (int First, int Last)[] Blocks =
    [
        (0x1F32D, 0x1F335), (0x1F337, 0x1F37C), (0x1F3A0, 0x1F3CA), (0x1F3E0, 0x1F3F0), (0x1F400, 0x1F43E),
        (0x1F442, 0x1F4FC), (0x1F600, 0x1F64F), (0x1F680, 0x1F6C5), (0x1F90D, 0x1F93A), (0x1F950, 0x1F9FF),
    ];

    private static readonly int Count = Blocks.Sum(block => block.Last - block.First + 1);

    public static string Of(string podName)
    {
        // FNV-1a, 32 bits.
        var hash = 2166136261;
        foreach (var letter in Encoding.UTF8.GetBytes(podName))
        {
            hash = unchecked((hash ^ letter) * 16777619);
        }

        var index = (int)(hash % (uint)Count);
        foreach (var (first, last) in Blocks)
        {
            if (index <= last - first)
            {
                return char.ConvertFromUtf32(first + index);
            }

            index -= last - first + 1;
        }

        throw new InvalidOperationException("The blocks hold fewer emoji than were counted");
    }
}
