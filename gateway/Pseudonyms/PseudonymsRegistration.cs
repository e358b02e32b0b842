using ExchangeGateway.Gateway.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace ExchangeGateway.Gateway.Pseudonyms;

internal static class PseudonymsRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddPseudonyms() => services
            .AddSingleton(s => new VaultKeys(s.GetRequiredService<StateFolder>().Keys, s.GetRequiredService<IDataProtectionProvider>(), s.GetRequiredService<TimeProvider>()))
            .AddSingleton<Secrets>()
            .AddSingleton<SubjectKeys>()
            .AddSingleton<PseudonymDomains>()
            .AddSingleton<VaultRotation>()
            .AddSingleton(s => new ErasureLedger(s.GetRequiredService<StateFolder>().Erasures))
            .AddSingleton<EffacerSujet>()
            .AddSingleton(s => new Correspondences(s.GetRequiredService<StateFolder>().Correspondences))
            .AddSingleton<PseudonymRotation>()
            .AddHostedService<VaultKeyRotation>();
    }
}
