using ExchangeGateway.Gateway.Storage;
using Microsoft.Extensions.Configuration;

namespace ExchangeGateway.Unit.Storage;

public sealed class StateFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("state-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Takes_the_folder_given() => StateFolder.Locate(Given("x/../state")).ShouldBe(Path.Combine(_folder, "state"));

    [Fact]
    public void Everything_inside_is_closed_to_others()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "state", "keys"), Posix.Readable); // as a careless restore leaves it
        using var state = StateFolder.Open(Given("state"));
        foreach (var folder in (string[])[state.Keys, state.Journal, state.Payloads, state.Demo])
            File.GetUnixFileMode(folder).ShouldBe(Posix.Private);
        (File.GetUnixFileMode(state.Postgresql) & ~Posix.Passage).ShouldBe(UnixFileMode.None);
    }

    [Fact]
    public void Is_held_by_one_gateway_at_a_time_and_free_again_after_it()
    {
        using (StateFolder.Open(Given("state")))
            Should.Throw<StartRefusedException>(() => StateFolder.Open(Given("state"))).Message.ShouldContain("Une autre passerelle");
        using var next = StateFolder.Open(Given("state"));
        next.Root.ShouldBe(Path.Combine(_folder, "state"));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        Should.Throw<StartRefusedException>(() => StateFolder.Open(Given("file/state"))).Message.ShouldContain("State:Folder");
    }

    private IConfiguration Given(string path) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("State:Folder", Path.Combine(_folder, path))]).Build();
}
