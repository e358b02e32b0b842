Console.Error.WriteLine("verifier");
