using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Emulator.Network;

/// <summary>Reads the workload identity out of a certificate.</summary>
internal static class SpiffeIdentity
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    /// <summary>The URI among the certificate's subject alternative names that starts with <c>spiffe://</c>, or null.</summary>
    public static string? Of(X509Certificate2 certificate)
    {
        try
        {
            return certificate.Extensions[SubjectAlternativeName] is { } extension ? Find(extension.RawData) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static string? Find(byte[] names)
    {
        var sequence = new AsnReader(names, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData)
        {
            if (sequence.PeekTag().HasSameClassAndValue(Uri))
            {
                var uri = sequence.ReadCharacterString(UniversalTagNumber.IA5String, Uri);
                if (uri.StartsWith("spiffe://", StringComparison.Ordinal))
                {
                    return uri;
                }
            }
            else
            {
                sequence.ReadEncodedValue();
            }
        }

        return null;
    }
}
