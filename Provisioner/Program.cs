using System.CommandLine;
using Provisioner.Commands;
using ServiceDefaults;

// The doctor tells what others find, curl for one.
if (args is not ["doctor", ..])
{
    LoopbackProxy.Exempt();
}

var parsed = LabCommandLine.Create().Parse(args);
var result = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(3) });
return parsed.Errors.Count > 0 ? ExitCodes.Usage : result;
