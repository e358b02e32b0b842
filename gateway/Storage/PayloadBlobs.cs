using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>Payloads in a container of Azure Blob Storage; the container is made at the first write when it is missing.</summary>
internal sealed class PayloadBlobs(BlobContainerClient container) : PayloadStore
{
    public override async Task<Stream> OpenAsync(string name, CancellationToken ct)
    {
        try
        {
            // Whole, in one round trip: an attachment has at most 10 MiB, and nothing of a sealed content may be used before
            // its last byte has been authenticated. That is also why no checksum is asked of the service here.
            var blob = await container.GetBlobClient(Checked(name)).DownloadContentAsync(ct);
            return blob.Value.Content.ToStream();
        }
        catch (RequestFailedException e) when (e.Status == StatusCodes.Status404NotFound)
        {
            throw new FileNotFoundException("No payload has this name.", name, e);
        }
        catch (Exception e) when (IsOutage(e))
        {
            throw Outage(e);
        }
    }

    public override async Task DeleteAsync(string name, CancellationToken ct)
    {
        try
        {
            await container.GetBlobClient(Checked(name)).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: ct);
        }
        catch (Exception e) when (IsOutage(e))
        {
            throw Outage(e);
        }
    }

    public override async IAsyncEnumerable<StoredPayload> ListAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await using var blobs = container.GetBlobsAsync(cancellationToken: ct).GetAsyncEnumerator(ct);
        while (true)
        {
            try
            {
                if (!await blobs.MoveNextAsync())
                    yield break;
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
            {
                yield break;
            }
            catch (Exception e) when (IsOutage(e))
            {
                throw Outage(e);
            }

            yield return new(blobs.Current.Name, blobs.Current.Properties.CreatedOn ?? blobs.Current.Properties.LastModified ?? DateTimeOffset.MaxValue);
        }
    }

    protected override async Task WriteAsync(string name, Stream content, CancellationToken ct)
    {
        var options = new BlobUploadOptions
        {
            Conditions = new() { IfNoneMatch = ETag.All },
            // The service compares before it says that the content is stored.
            TransferValidation = new() { ChecksumAlgorithm = StorageChecksumAlgorithm.StorageCrc64 },
        };
        try
        {
            try
            {
                await container.GetBlobClient(name).UploadAsync(content, options, ct);
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound && content.CanSeek)
            {
                await container.CreateIfNotExistsAsync(PublicAccessType.None, cancellationToken: ct);
                content.Position = 0;
                await container.GetBlobClient(name).UploadAsync(content, options, ct);
            }
        }
        catch (Exception e) when (IsOutage(e))
        {
            throw Outage(e);
        }
    }

    // The client wraps the failures of its retries in an AggregateException; no credential to be had is an Azure.Identity one.
    private static bool IsOutage(Exception e) => e is RequestFailedException or AggregateException or Azure.Identity.AuthenticationFailedException or IOException;

    private PayloadStoreException Outage(Exception e) => new($"The container {container.Name} does not answer.", e);
}
