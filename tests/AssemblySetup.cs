[assembly: AssemblyFixture(typeof(Testing.OneProjectAtATime))]
