namespace Provisioner.Tests.Cloud;

/// <summary>Time in which waits between one question to Google and the next are a part of what they are.</summary>
/// <param name="hurry">How many times faster it goes.</param>
internal sealed class HurriedTime(int hurry) : TimeProvider
{
    public override long TimestampFrequency => System.TimestampFrequency / hurry;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Sooner(dueTime), Sooner(period));

    private TimeSpan Sooner(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / hurry;
}
