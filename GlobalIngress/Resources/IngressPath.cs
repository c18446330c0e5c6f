namespace GlobalIngress.Resources;

/// <summary>Requests that one backend takes.</summary>
/// <param name="Host">Empty or <c>*</c> for every host; <c>*.example.com</c> for those below a domain.</param>
/// <param name="Path">Empty or <c>/*</c> for every path; with <c>/*</c> at its end for all below; otherwise exactly this.</param>
internal sealed record IngressPath(string Host, string Path, IngressBackend Backend);
