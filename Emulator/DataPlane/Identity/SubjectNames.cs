using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Emulator.DataPlane.Identity;

/// <summary>The names that a certificate is for: DNS names and URIs of its extension subjectAltName (RFC 5280, 4.2.1.6).</summary>
internal static class SubjectNames
{
    private const string SubjectAlternativeName = "2.5.29.17";

    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    public static IEnumerable<string> Of(X509Certificate2 certificate)
    {
        List<string> names = [];
        if (certificate.Extensions.FirstOrDefault(extension => extension.Oid?.Value == SubjectAlternativeName) is not { } found)
        {
            return names;
        }

        try
        {
            var sequence = new AsnReader(found.RawData, AsnEncodingRules.DER).ReadSequence();
            while (sequence.HasData)
            {
                var tag = sequence.PeekTag();
                if (tag.HasSameClassAndValue(DnsName) || tag.HasSameClassAndValue(Uri))
                {
                    names.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                }
                else
                {
                    sequence.ReadEncodedValue();
                }
            }
        }
        catch (AsnContentException)
        {
            // What is no list of names names nobody.
        }

        return names;
    }
}
