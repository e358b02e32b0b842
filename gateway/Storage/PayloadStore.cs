using System.Security.Cryptography;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>
/// Attachments and large bodies, each already encrypted by its caller, under random names that say nothing. Put first, then
/// commit the name: what no row names after a day is swept by <see cref="PayloadSweep"/>.
/// </summary>
internal abstract class PayloadStore
{
    /// <summary>Stores a content, durably when it returns.</summary>
    /// <returns>Its random name: 32 lower-case hexadecimal digits.</returns>
    /// <exception cref="PayloadStoreException">The store is down or full: nothing was stored under any name.</exception>
    public async Task<string> PutAsync(Stream content, CancellationToken ct)
    {
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        await WriteAsync(name, content, ct);
        return name;
    }

    /// <inheritdoc cref="PutAsync(Stream, CancellationToken)"/>
    public async Task<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        await using var stream = new MemoryStream(content.ToArray(), writable: false);
        return await PutAsync(stream, ct);
    }

    /// <summary>Opens a content for reading from its start.</summary>
    /// <exception cref="FileNotFoundException">No content has this name.</exception>
    /// <exception cref="PayloadStoreException">The store is down.</exception>
    public abstract Task<Stream> OpenAsync(string name, CancellationToken ct);

    /// <summary>Deletes a content; nothing happens when there is none.</summary>
    /// <exception cref="PayloadStoreException">The store is down.</exception>
    public abstract Task DeleteAsync(string name, CancellationToken ct);

    /// <summary>Every stored content with the time it was put.</summary>
    /// <exception cref="PayloadStoreException">The store is down.</exception>
    public abstract IAsyncEnumerable<StoredPayload> ListAsync(CancellationToken ct);

    /// <summary>
    /// The store that the configuration names: <c>Payloads:Azure:ConnectionString</c> with <c>Payloads:Azure:Container</c>
    /// (default <c>pieces</c>); or <c>Payloads:Azure:ContainerUri</c> with the machine's managed identity; else the folder
    /// <c>Payloads:Folder</c>, by default in the state folder.
    /// </summary>
    /// <exception cref="StartRefusedException">A value cannot be read.</exception>
    public static PayloadStore Of(IConfiguration configuration, StateFolder state)
    {
        var azure = configuration.GetSection("Payloads:Azure");
        try
        {
            if (azure["ConnectionString"] is { Length: > 0 } connection)
                return new PayloadBlobs(new(connection, azure["Container"] ?? "pieces", Options()));
            if (azure["ContainerUri"] is { Length: > 0 } uri)
                return new PayloadBlobs(new(new Uri(uri), new DefaultAzureCredential(), Options()));
        }
        catch (FormatException e)
        {
            throw new StartRefusedException("Payloads:Azure est illisible : donnez ConnectionString et Container, ou ContainerUri.", e);
        }

        return new PayloadFolder(configuration["Payloads:Folder"] is { Length: > 0 } folder ? Path.GetFullPath(folder) : state.Payloads);
    }

    /// <summary>Stores a content durably under this name, or not at all.</summary>
    /// <exception cref="PayloadStoreException">The store is down or full.</exception>
    protected abstract Task WriteAsync(string name, Stream content, CancellationToken ct);

    /// <summary>Refuses whatever is not a name of this store, so that no caller's mistake becomes a path.</summary>
    protected static string Checked(string name) =>
        name.Length == 32 && name.All(c => c is >= '0' and <= '9' or >= 'a' and <= 'f')
            ? name
            : throw new ArgumentException("Not the name of a payload.", nameof(name));

    // Like the database: a store that does not answer must become a 503 in seconds.
    private static BlobClientOptions Options() => new()
    {
        Retry = { MaxRetries = 2, Mode = RetryMode.Exponential, Delay = TimeSpan.FromMilliseconds(200), MaxDelay = TimeSpan.FromSeconds(1), NetworkTimeout = TimeSpan.FromSeconds(10) },
        Diagnostics = { IsLoggingContentEnabled = false },
    };
}

/// <summary>What a listing says of one content.</summary>
/// <param name="Name">Name of the content.</param>
/// <param name="PutAt">When it was put.</param>
internal sealed record StoredPayload(string Name, DateTimeOffset PutAt);

/// <summary>The payload store cannot be reached or written; the caller answers 503.</summary>
internal sealed class PayloadStoreException : Exception
{
    public PayloadStoreException(string message, Exception innerException) : base(message, innerException) { }

    public PayloadStoreException(string message) : base(message) { }

    public PayloadStoreException() { }
}
