using ExchangeGateway.Gateway;

return await CommandLine.RunAsync(args);
