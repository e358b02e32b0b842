using System.Runtime.InteropServices;
using ExchangeGateway.Benchmarks;
using ExchangeGateway.Benchmarks.Batches;
using ExchangeGateway.Benchmarks.Distribution;
using ExchangeGateway.Benchmarks.Intake;
using ExchangeGateway.Benchmarks.Subjects;

// ops/bench NAME: prints its figures, NAME METRIC VALUE UNIT. Ends with 0, 1 when the run had failures, 2 for a wrong call.
using var stop = new CancellationTokenSource();
// Ends in order on both, so that the servers it started end too.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

try
{
    switch (args)
    {
        case ["intake", .. var options]:
            return await new IntakeBenchmark(IntakeOptions.Parse(options), new Figures("intake"), TimeProvider.System).RunAsync(stop.Token);
        case ["batches", .. var options]:
            return await new BatchesBenchmark(BatchOptions.Parse(options), new Figures("batches")).RunAsync(stop.Token);
        case ["distribution", .. var options]:
            return await new DistributionBenchmark(DistributionOptions.Parse(options), new Figures("distribution"), TimeProvider.System).RunAsync(stop.Token);
        case ["subjects", .. var options]:
            return await new SubjectsBenchmark(SubjectsOptions.Parse(options), new Figures("subjects")).RunAsync(stop.Token);
        case ["floor", "--url", var url, "--database", var database]:
            await FloorServer.RunAsync(new Uri(url), database);
            return 0;
        default:
            Console.Error.WriteLine("ops/bench intake [--connections 1,16,64] [--rounds 5] [--seconds 3] [--floor-only --database CONNECTION-STRING]");
            Console.Error.WriteLine("ops/bench batches [--lines 100000] [--rounds 3]");
            Console.Error.WriteLine("ops/bench distribution [--rate 500] [--seconds 20] [--backlog 10000] [--rounds 3] [--seed 1]");
            Console.Error.WriteLine("ops/bench subjects [--households 60000] [--seed 3] [--half 1] [--subjects 1000000] [--examples 0]");
            return 2;
    }
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
