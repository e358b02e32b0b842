using ExchangeGateway.Gateway.Storage.Protection;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace ExchangeGateway.Gateway.Storage;

/// <summary>Everything at rest: state folder, database, key ring, payloads. Nothing is touched before <c>StartStorageAsync</c>.</summary>
internal static class StorageRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>Registers <see cref="StateFolder"/>, <see cref="Databases"/>, Data Protection and <see cref="PayloadStore"/>. The
        /// configuration is read when they are first asked for, so that sources added later count.</summary>
        public IServiceCollection AddStorage(IConfiguration configuration)
        {
            services.TryAddClock();
            services.AddSingleton(_ => StateFolder.Open(configuration));
            services.AddSingleton(sp => ActivatorUtilities.CreateInstance<EmbeddedPostgres>(sp, configuration));
            services.AddSingleton(sp => DatabaseSettings.AreGiven(configuration)
                ? DatabaseSettings.FromConfiguration(configuration)
                : DatabaseSettings.Of(sp.GetRequiredService<EmbeddedPostgres>()));

            services.AddDataProtection().SetApplicationName("exchange-gateway").DisableAutomaticKeyGeneration();
            services.AddSingleton(sp => ProtectionCertificates.Load(configuration, sp.GetRequiredService<StateFolder>(), sp.GetRequiredService<TimeProvider>()));
            services.AddSingleton<KeyRepository>();
            services.AddSingleton<KeyRing>();
            services.AddOptions<KeyManagementOptions>().Configure<KeyRepository, ProtectionCertificates>((options, repository, certificates) =>
            {
                options.XmlRepository = repository;
                options.XmlEncryptor = new CertificateKeyEncryptor(certificates);
            });
            services.AddHostedService<KeyRingRotation>();

            services.AddSingleton(sp => PayloadStore.Of(configuration, sp.GetRequiredService<StateFolder>()));
            services.AddHostedService<PayloadSweep>();
            return services;
        }

        private void TryAddClock() => Microsoft.Extensions.DependencyInjection.Extensions.ServiceCollectionDescriptorExtensions.TryAddSingleton(services, TimeProvider.System);
    }
}
