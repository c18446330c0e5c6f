// Each of these tests starts whole labs; together they would measure only how small the machine is.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
