using System.Net;

namespace ExchangeGateway.Verifier;

/// <summary>Where the published log is read: a folder, or an address.</summary>
internal abstract class LogSource : IDisposable
{
    public static LogSource Open(string where) =>
        Uri.TryCreate(where, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new Web(address)
            : Directory.Exists(where) ? new Folder(where) : throw new RejectedException($"{where} n'est ni un dossier ni une adresse.");

    /// <summary>The bytes at a path under the log's prefix, or <see langword="null"/> when there is nothing.</summary>
    public abstract Task<byte[]?> ReadAsync(string path, CancellationToken ct);

    public virtual void Dispose()
    {
    }

    private sealed class Folder(string root) : LogSource
    {
        public override async Task<byte[]?> ReadAsync(string path, CancellationToken ct)
        {
            var file = Path.Combine(root, path);
            return File.Exists(file) ? await File.ReadAllBytesAsync(file, ct) : null;
        }
    }

    private sealed class Web : LogSource
    {
        private readonly HttpClient _client;

        public Web(Uri prefix) =>
            _client = new(new SocketsHttpHandler(), disposeHandler: true)
            {
                BaseAddress = new(prefix.AbsoluteUri.TrimEnd('/') + "/"),
                Timeout = TimeSpan.FromSeconds(30),
            };

        public override async Task<byte[]?> ReadAsync(string path, CancellationToken ct)
        {
            using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative), ct);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return null;
            answer.EnsureSuccessStatusCode();
            return await answer.Content.ReadAsByteArrayAsync(ct);
        }

        public override void Dispose()
        {
            _client.Dispose();
            base.Dispose();
        }
    }
}
