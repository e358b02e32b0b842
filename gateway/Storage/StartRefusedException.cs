namespace ExchangeGateway.Gateway.Storage;

/// <summary>The gateway must not start, and its operator can mend why. The message is French, names the setting and the way out;
/// <c>Program</c> prints it alone and exits 1.</summary>
internal sealed class StartRefusedException : Exception
{
    public StartRefusedException(string message) : base(message) { }

    public StartRefusedException(string message, Exception innerException) : base(message, innerException) { }

    public StartRefusedException() : this("La passerelle ne peut pas démarrer.") { }
}
