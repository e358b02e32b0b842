using ExchangeGateway.Gateway.Registers;
using ExchangeGateway.Gateway.Storage;

namespace ExchangeGateway.Gateway.Access.Demo;

/// <summary>Loads the demonstration's organisations when the gateway is started with <c>--demo</c>, before it serves.</summary>
internal sealed class DemoStart(DemoDirectory demo, RegistersInForce registers, StateFolder state, IConfiguration configuration) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var url = configuration["urls"]?.Split(';')[0] ?? "http://127.0.0.1:5080";
        await demo.LoadAsync(registers.Current.Territories, DemoCredentials.PathIn(state.Root), url, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
