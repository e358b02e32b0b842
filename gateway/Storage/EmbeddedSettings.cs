namespace ExchangeGateway.Gateway.Storage;

/// <summary>Settings of the embedded server: no network, nothing lost, and nothing personal in its log.</summary>
internal static class EmbeddedSettings
{
    /// <summary>As <c>-c name=value</c>; <c>Database:Settings</c> of the configuration wins.</summary>
    public static IEnumerable<string> Arguments(IConfiguration configuration, string sockets)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["listen_addresses"] = "",
            ["unix_socket_directories"] = sockets,
            ["unix_socket_permissions"] = "0700",
            ["max_connections"] = "120",
            ["shared_buffers"] = "256MB",
            ["max_wal_size"] = "2GB",
            ["jit"] = "off", // the gateway's statements are short: compiling them costs more than it gives
            ["fsync"] = "on",
            ["synchronous_commit"] = "on",
            ["full_page_writes"] = "on",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            ["lc_messages"] = "C", // the start reads some of them
            // No statement, parameter or key value may reach the log, for they hold personal data. Messages of level ERROR
            // quote the value that they refuse: they go to the client only (LOG, FATAL and PANIC remain).
            ["log_min_messages"] = "log",
            ["log_min_error_statement"] = "panic",
            ["log_error_verbosity"] = "terse",
            ["log_statement"] = "none",
            ["log_min_duration_statement"] = "-1",
            ["log_lock_waits"] = "off",
            ["log_parameter_max_length"] = "0",
            ["log_parameter_max_length_on_error"] = "0",
            ["log_checkpoints"] = "off",
        };
        foreach (var setting in configuration.GetSection("Database:Settings").GetChildren())
            settings[setting.Key] = setting.Value ?? "";
        return settings.SelectMany(s => (string[])["-c", $"{s.Key}={s.Value}"]);
    }
}
