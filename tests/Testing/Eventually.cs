using System.Diagnostics;
using Xunit;

namespace Testing;

/// <summary>Waits for conditions that other processes bring about.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until the condition holds; fails the test, saying what was awaited, when it does not in time.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null)
    {
        var limit = within ?? TimeSpan.FromSeconds(30);
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < limit, $"Not within {limit}: {what}");
            await Task.Delay(Pause);
        }
    }

    /// <inheritdoc cref="HoldsAsync(Func{Task{bool}}, string, TimeSpan?)"/>
    public static Task HoldsAsync(Func<bool> condition, string what, TimeSpan? within = null) =>
        HoldsAsync(() => Task.FromResult(condition()), what, within);

    /// <summary>Waits until a GET succeeds; refused connections, and answers that say that it cannot be served yet, are waited out.</summary>
    /// <param name="expected">The text of the answer that is waited for; null: any.</param>
    public static Task AnswersAsync(HttpClient client, string path, string? expected = null) => HoldsAsync(
        async () =>
        {
            try
            {
                using var answer = await client.GetAsync(path);
                return answer.IsSuccessStatusCode && (expected is null || await answer.Content.ReadAsStringAsync() == expected);
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        $"{path} answers {expected}");
}
