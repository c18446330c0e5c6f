using Xunit.Sdk;
using Xunit.v3;

// Each of these tests starts whole labs; together they would measure only how small the machine is.
[assembly: Parallelization(Mode = ParallelMode.None)]
