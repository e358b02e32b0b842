using System.Globalization;
using System.Net;
using System.Net.Mail;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Delivery.Notices;

/// <summary>Settings of the section <c>Courriel</c>. Without a server, messages are written as <c>.eml</c> files in the folder <c>courriels</c> of the state.</summary>
internal sealed class MailOptions
{
    /// <summary>Name of the SMTP server.</summary>
    public string? Serveur { get; set; }

    public int Port { get; set; } = 587;

    /// <summary>STARTTLS; default true. Off only for a server on the same machine.</summary>
    public bool Tls { get; set; } = true;

    /// <summary>Longest that one message may take, in seconds: a server that says nothing must not hold up the reminders.</summary>
    public int DelaiSecondes { get; set; } = 30;

    public string? Identifiant { get; set; }

    public string? MotDePasse { get; set; }

    public string Expediteur { get; set; } = "ne-pas-repondre@passerelle.invalid";

    /// <summary>Where the pages are, <c>https://passerelle.exemple.fr</c>; no link without it.</summary>
    public string? Adresse { get; set; }
}

/// <summary>Sends notices: numbers only, no name, no reference, no pseudonym.</summary>
internal sealed partial class MailSender(MailOptions options, StateFolder state, ILogger<MailSender> logger)
{
    /// <summary>Where messages go without a server.</summary>
    public string Folder => Path.Combine(state.Root, "courriels");

    /// <returns>False when the server did not confirm it: it is tried again later.</returns>
    public async Task<bool> SendAsync(MailNotice notice, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(options.DelaiSecondes));
        var confirmed = false;
        try
        {
            using var message = Message(notice);
            using var client = Client();
            await client.SendMailAsync(message, limit.Token);
            confirmed = true;
        }
        catch (Exception failure) when (failure is SmtpException or FormatException or IOException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // A server that closes the line after it has confirmed has the message: what fails then is saying good-bye.
            if (!confirmed)
                LogNotSent(logger, failure.GetType().Name);
        }

        return confirmed;
    }

    private SmtpClient Client()
    {
        if (options.Serveur is not { Length: > 0 } server)
        {
            Directory.CreateDirectory(Folder);
            return new SmtpClient { DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = Folder };
        }

        return new SmtpClient(server, options.Port)
        {
            EnableSsl = options.Tls,
            Credentials = options.Identifiant is { Length: > 0 } user ? new NetworkCredential(user, options.MotDePasse) : null,
        };
    }

    private MailMessage Message(MailNotice notice)
    {
        var waiting = Count(notice.Waiting, "dossier vous attend", "dossiers vous attendent");
        var message = new MailMessage
        {
            From = new MailAddress(options.Expediteur, "Passerelle"),
            Subject = notice.Kind is "rappel" ? $"Rappel : {Count(notice.Late, "accusé de réception est attendu", "accusés de réception sont attendus")}" : char.ToUpper(waiting[0], CultureInfo.InvariantCulture) + waiting[1..],
            Body = string.Join("\r\n",
                "Bonjour,", "", waiting + "." + (notice.Late > 0 ? $" {Count(notice.Late, "accusé de réception est en retard", "accusés de réception sont en retard")}." : ""), "",
                options.Adresse is { } address ? $"Pour les ouvrir : {address.TrimEnd('/')}/reception" : "Connectez-vous à la passerelle pour les ouvrir.", "",
                "Ce message ne contient aucune donnée sur un ménage. Il est envoyé une fois par jour ouvré au plus, rappels à part."),
        };
        message.Headers.Add("Message-ID", $"<{notice.Id:N}@{new MailAddress(options.Expediteur).Host}>");
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.To.Add(notice.To!);
        return message;
    }

    private static string Count(long count, string one, string many) => count >= MailOutbox.MostCounted
        ? $"plus de {MailOutbox.MostCounted - 1} {many}"
        : string.Create(CultureInfo.InvariantCulture, $"{count} {(count < 2 ? one : many)}");

    [LoggerMessage(1430, LogLevel.Warning, "A notice by e-mail was not sent: {Error}; again in ten minutes")]
    private static partial void LogNotSent(ILogger logger, string error);
}
