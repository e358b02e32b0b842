using ExchangeGateway.Gateway.Storage;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddStorage(builder.Configuration);
await using var app = builder.Build();
try
{
    await app.Services.StartStorageAsync(CancellationToken.None);
}
catch (StartRefusedException refused)
{
    await Console.Error.WriteLineAsync(refused.Message);
    return 1;
}

await app.RunAsync();
return Environment.ExitCode;
