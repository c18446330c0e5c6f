using System.CommandLine;
using Provisioner.Commands;

var parsed = LabCommandLine.Create().Parse(args);
var result = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(3) });
return parsed.Errors.Count > 0 ? ExitCodes.Usage : result;
