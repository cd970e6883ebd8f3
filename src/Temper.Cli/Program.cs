using Temper.Cli;

return App.Run(args, TimeProvider.System);
