using System.CommandLine;

namespace ExchangeGateway.Gateway.Documentation;

/// <summary>The command line <c>exchange-gateway docs</c>.</summary>
internal static class DocumentationCommands
{
    public static Command Build()
    {
        var folder = new Argument<string>("dossier") { Description = "Dossier de la documentation : ops/docs" };
        var command = new Command("docs", "Écrit les pages de la documentation des partenaires qui viennent du code : refus, drapeaux, faits des règles, messages, conformité") { folder };
        command.SetAction(async (parse, ct) =>
        {
            var root = parse.GetValue(folder)!;
            foreach (var page in GeneratedPage.All())
            {
                var file = Path.Combine(root, page.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await File.WriteAllTextAsync(file, page.Text, ct);
                await parse.InvocationConfiguration.Output.WriteLineAsync(file);
            }

            return 0;
        });
        return command;
    }
}
