using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ExchangeGateway.Integration.Delivery;

/// <summary>A mail server on a socket (RFC 5321): it takes messages, and refuses, dies or keeps silent where a test says so.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    public const string Die = "die";
    public const string Hang = "hang";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    public SmtpServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What it kept, in the order of arrival.</summary>
    public ConcurrentQueue<Mail> Kept { get; } = [];

    /// <summary>Steps that it went through: CONNECT, EHLO, MAIL, RCPT, DATA, END (before it keeps a message), KEPT, CONFIRMED, QUIT.</summary>
    public ConcurrentQueue<string> Steps { get; } = [];

    /// <summary>What it does at a step, by its name and argument, instead of going on: a reply, <see cref="Die"/> or <see cref="Hang"/>; <see langword="null"/> to go on.</summary>
    public Func<string, string, string?> At { get; set; } = (_, _) => null;

    public sealed record Mail(string From, IReadOnlyList<string> To, string Text)
    {
        public string Header(string name) => Text.Split("\r\n").First(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))[(name.Length + 1)..].Trim();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await Task.WhenAll([_accepting, .. _connections]);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var (from, to) = ("", new List<string>());
            await AnswerAsync(stream, "CONNECT", "", "220 essai.invalid ESMTP");
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                var verb = line.Split(' ', 2)[0].ToUpperInvariant();
                var argument = line[verb.Length..].Trim();
                var taken = await AnswerAsync(stream, verb, argument, verb switch { "EHLO" => "250 essai.invalid", "DATA" => "354 go on", "QUIT" => "221 bye", _ => "250 OK" });
                if (verb is "QUIT")
                    return;
                if (verb is "MAIL" && taken)
                    (from, to) = (argument, []);
                else if (verb is "RCPT" && taken)
                    to.Add(argument[(argument.IndexOf('<', StringComparison.Ordinal) + 1)..argument.IndexOf('>', StringComparison.Ordinal)]);
                else if (verb is "DATA" && taken && await TextAsync(reader) is var text && await AnswerAsync(stream, "END", "", null))
                    await KeepAsync(stream, new(from, to, text));
            }
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or SocketException)
        {
            // It died on purpose, the client went away, or the test is over.
        }
    }

    private async Task KeepAsync(NetworkStream stream, Mail mail)
    {
        Kept.Enqueue(mail);
        await AnswerAsync(stream, "KEPT", "", "250 kept");
        await AnswerAsync(stream, "CONFIRMED", "", null);
    }

    /// <returns>Whether it went on as a server that takes everything.</returns>
    /// <exception cref="IOException">It dies here.</exception>
    private async Task<bool> AnswerAsync(NetworkStream stream, string step, string argument, string? reply)
    {
        Steps.Enqueue(step);
        var instead = At(step, argument);
        if (instead is Die)
            throw new IOException("It dies.");
        if (instead is Hang)
            await Task.Delay(Timeout.Infinite, _stop.Token);
        if ((instead ?? reply) is { } line)
            await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), _stop.Token);
        return instead is null;
    }

    private async Task<string> TextAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line and not ".")
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        return text.ToString();
    }
}
