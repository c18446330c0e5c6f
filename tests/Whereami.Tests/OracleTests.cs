using CliWrap;
using CliWrap.Buffered;

namespace Whereami.Tests;

public sealed class OracleTests
{
    [Fact]
    public async Task It_answers_as_the_original_was_recorded_to_answer()
    {
        if (Testing.RepositoryRoot.Beside("shared", "oracle", "whereami", "run.py") is not { } oracle)
        {
            Testing.Tool.Missing("oracle", "the recorded answers (../shared/oracle/whereami) are not beside this repository");
            return;
        }

        var result = await Cli.Wrap(Testing.Tool.Require("python3"))
            .WithArguments([oracle, "--start", $"exec '{WhereamiProgram.Path}' --urls http://127.0.0.1:{{port}}"])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync();

        Assert.True(result.IsSuccess, result.StandardOutput + result.StandardError);
    }
}
