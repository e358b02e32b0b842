using ExchangeGateway.Gateway.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace ExchangeGateway.Gateway.Pseudonyms;

internal static class PseudonymsRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddPseudonyms() => services
            .AddSingleton(s => new VaultKeys(s.GetRequiredService<StateFolder>().Keys, s.GetRequiredService<IDataProtectionProvider>()))
            .AddSingleton<Secrets>()
            .AddSingleton<SubjectKeys>()
            .AddSingleton<PseudonymDomains>();
    }
}
