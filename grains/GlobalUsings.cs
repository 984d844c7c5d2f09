global using Microsoft.Extensions.Logging;
global using Orleans.Concurrency;
global using Orleans.Placement;
global using Orleans.Runtime;
