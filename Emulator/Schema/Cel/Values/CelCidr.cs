using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Emulator.Schema.Cel;

/// <summary>A network such as <c>10.0.0.0/8</c>, with the address that was written, and the strict forms of addresses (Go's net/netip).</summary>
internal sealed record CelCidr(IPAddress Address, int Bits)
{
    public CelCidr Masked => new(Mask(Address, Bits), Bits);

    public override string ToString() => $"{Address}/{Bits.ToString(CultureInfo.InvariantCulture)}";

    public bool Contains(IPAddress other) => other.AddressFamily == Address.AddressFamily && Mask(other, Bits).Equals(Mask(Address, Bits));

    public bool Contains(CelCidr other) => Bits <= other.Bits && Contains(other.Address);

    /// <exception cref="CelException">It is none.</exception>
    public static CelCidr Parse(string text)
    {
        CelException Fault(string why) => new($"network address parse error during conversion from string: netip.ParsePrefix({GoQuote.Text(text)}): {why}");
        var slash = text.LastIndexOf('/');
        if (slash < 0)
        {
            throw Fault("no '/'");
        }

        var address = TryAddress(text[..slash], out var why) ?? throw Fault($"ParseAddr({GoQuote.Text(text[..slash])}): {why}");
        var bits = text[(slash + 1)..];
        var most = address.AddressFamily is AddressFamily.InterNetwork ? 32 : 128;
        if (bits.Length > 1 && bits[0] is < '1' or > '9' || !int.TryParse(bits, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            throw Fault($"bad bits after slash: {GoQuote.Text(bits)}");
        }

        return length > most ? throw Fault("prefix length out of range")
            : address.IsIPv4MappedToIPv6 ? throw new CelException($"IPv4-mapped IPv6 address {GoQuote.Text(text)} is not allowed")
            : new CelCidr(address, length);
    }

    /// <exception cref="CelException">It is no address.</exception>
    public static IPAddress ParseAddress(string text) =>
        TryAddress(text, out var why) is not { } address
            ? text.Contains('%') && text.Contains(':')
                ? throw new CelException($"IP address {GoQuote.Text(text)} with zone value is not allowed")
                : throw new CelException($"IP Address {GoQuote.Text(text)} parse error during conversion from string: ParseAddr({GoQuote.Text(text)}): {why}")
            : address.IsIPv4MappedToIPv6 ? throw new CelException($"IPv4-mapped IPv6 address {GoQuote.Text(text)} is not allowed")
            : address;

    private static IPAddress? TryAddress(string text, out string why)
    {
        why = "unable to parse IP";
        if (text.Contains(':'))
        {
            return !text.Contains('%') && !text.Contains('[') && IPAddress.TryParse(text, out var six) ? six : null;
        }

        var parts = text.Split('.');
        foreach (var part in parts.Length > 1 ? parts : [])
        {
            why = part.Length == 0 ? $"IPv4 field must have at least one digit (at {GoQuote.Text(text)})"
                : part.Any(letter => !char.IsAsciiDigit(letter)) ? $"unexpected character (at {GoQuote.Text(text[text.AsSpan().IndexOfAnyExcept("0123456789.")..])})"
                : part.Length > 1 && part[0] == '0' ? "IPv4 field has octet with leading zero"
                : part.Length > 3 || int.Parse(part, CultureInfo.InvariantCulture) > 255 ? "IPv4 field has value >255"
                : "";
            if (why.Length > 0)
            {
                return null;
            }
        }

        why = parts.Length == 1 ? "unable to parse IP" : parts.Length < 4 ? "IPv4 address too short" : "IPv4 address too long";
        return parts.Length == 4 && IPAddress.TryParse(text, out var four) ? four : null;
    }

    private static IPAddress Mask(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var at = 0; at < bytes.Length; at++)
        {
            var left = Math.Clamp(bits - at * 8, 0, 8);
            bytes[at] &= (byte)(0xff << (8 - left));
        }

        return new IPAddress(bytes);
    }
}
