namespace Provisioner.Tests.Cloud;

/// <summary>What gcloud prints of an API's refusal.</summary>
internal sealed class GoogleRefusal(string message) : Exception(message);
