using System.Security.Cryptography;
using System.Text;

namespace GoogleEmulator.Shell;

/// <summary>The one token of this emulator: gcloud reads it from a file, and every cluster knows it.</summary>
internal sealed class AccessToken
{
    private readonly byte[] header;

    public AccessToken()
    {
        Value = "ya29." + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        header = Encoding.ASCII.GetBytes("Bearer " + Value);
    }

    public string Value { get; }

    public bool IsIn(HttpRequest request) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()), header);

    /// <summary>Keeps the token out of logs.</summary>
    public override string ToString() => nameof(AccessToken);
}
